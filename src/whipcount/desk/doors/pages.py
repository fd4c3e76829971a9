"""Logging in and out, one's own password, and, for owners, everybody's accounts."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from whipcount.desk.doors.carried import CARRIED, Carried, unpacked
from whipcount.desk.doors.keeper import Doors, client
from whipcount.desk.doors.passwords import check_password, hashed, is_old, matches
from whipcount.desk.doors.people import ALONE, Person, person_of
from whipcount.desk.doors.tokens import made as token_made
from whipcount.desk.doors.tokens import tokened
from whipcount.desk.forms import Owner, Reader, go, page, store_of, text_of, writing
from whipcount.desk.views import render
from whipcount.errors import NotFound, UsageError
from whipcount.store.records import ROLES, Role

if TYPE_CHECKING:
    from whipcount.store import Store, User

entrance = APIRouter(dependencies=[Depends(tokened)], include_in_schema=False)
own = writing("reader", "account")
accounts = writing("owner", "accounts")
ROUTERS = (entrance, own, accounts)
WRONG = "No account has this name and password."


def _doors(request: Request) -> Doors:
    found: Doors = request.app.state.doors
    return found


# -- in and out ---------------------------------------------------------------------------------------------------------


def _onward(asked: str) -> str:
    """Where to go after logging in: a page of this desk only."""
    return asked if asked.startswith("/") and not asked.startswith(("//", "/\\")) and "\\" not in asked else "/contests"


@entrance.get("/login")
async def login_form(request: Request) -> Response:
    """The form to log in with."""
    onward = _onward(request.query_params.get("next", ""))
    if person_of(request) is not None:
        return go(onward)
    return login_page(request, 200, {"next": onward})


def login_page(
    request: Request, status: int, typed: dict[str, str], *, carried: str = "", ended: bool = False, **more: Any
) -> Response:
    """The form to log in with. `carried`: a form that was sent before, as it was packed; `ended`: it says why one is here."""
    form = unpacked(_doors(request).secret, carried) if carried else None
    shown = {"carried": carried if form else "", "kept": form, "ended": ended, **more}
    return page(request, "login.html", status, typed=typed | {"next": _onward(typed.get("next", ""))}, **shown)


def again_page(
    request: Request, form: Carried, token: str, message: str, status: int = 200, *, unchanged: bool = True
) -> Response:
    """A form as it was sent, to be sent again with a token of the present visit. `unchanged`: it surely changed nothing."""
    shown = {
        "typed": form.typed,
        "token": token,
        "message": message,
        "action": _onward(form.path),
        "files": form.files,
        "unchanged": unchanged,
    }
    body = render("again.html", request, **shown)
    return Response(body, status, {"cache-control": "no-store"}, "text/html; charset=utf-8")


@entrance.post("/login")
async def login(request: Request) -> Response:
    """Log in: at most a handful of tries for a name and for an address, then one every half minute."""
    doors, form = _doors(request), await request.form()
    name, onward = text_of(form, "name", 200), _onward(text_of(form, "next"))
    password = form.get("password", "")
    typed, carried = {"name": name, "next": onward}, text_of(form, CARRIED, 1_000_000)
    if not doors.public:
        return go(onward)
    tries = f"as {name.casefold()}" if not doors.knows(request, name) else f"known {name.casefold()}"
    wait = max(doors.logins.take(f"from {client(request)}"), doors.logins.take(tries))
    if wait:
        said = f"Too many tries. Try again in {wait:.0f} seconds."
        refused = login_page(request, 429, typed, carried=carried, message=said)
        refused.headers["retry-after"] = str(max(1, round(wait)))
        return refused
    user = await run_in_threadpool(_known, doors, name, password if isinstance(password, str) else "")
    if user is None:
        return login_page(request, 422, typed, carried=carried, faults={"password": WRONG})
    doors.logins.clear(tries)
    return await run_in_threadpool(_in, request, user, onward, unpacked(doors.secret, carried) if carried else None)


def _in(request: Request, user: User, onward: str, form: Carried | None) -> Response:
    """Log somebody in, and lead on; or show the form that they sent before, to be sent by them."""
    doors = _doors(request)
    visit = secrets.token_urlsafe(32)
    if form is None:
        made: Response = go(onward)
    else:
        request.state.person = Person(user.name, user.role, account=True)
        made = again_page(request, form, token_made(doors.secret, visit), "You are logged in.")
    doors.open_session(made, user.name, visit)
    return made


def _known(doors: Doors, name: str, password: str) -> User | None:
    """The account with this name and password. Takes as long where there is none."""
    assert doors.store is not None
    user = doors.store.find_user(name)
    if not matches(password, user.password_hash if user else None) or user is None:
        return None
    if is_old(user.password_hash):
        doors.store.set_password_hash(user.name, hashed(password), user.name)
    return user


@entrance.post("/logout")
async def logout(request: Request) -> Response:
    """Log out: the session ends in the store too."""
    made = go("/login")
    await run_in_threadpool(_doors(request).close_session, request, made)
    return made


# -- one's own ----------------------------------------------------------------------------------------------------------


@own.get("/account")
def account(request: Request, person: Reader) -> Response:
    """Who one is here, and one's password."""
    return page(request, "account.html", alone=person == ALONE)


@own.post("/account/password")
async def change_password(request: Request, person: Reader) -> Response:
    """Another password; every session of the account ends but this one, which is opened anew."""
    form = await request.form()
    old, new = (str(form.get(field, "")) for field in ("old", "new"))
    return await run_in_threadpool(_change, request, person.name, old, new)


def _change(request: Request, name: str, old: str, new: str) -> Response:
    store, doors = store_of(request), _doors(request)
    user = store.find_user(name)
    if user is None or not matches(old, user.password_hash):
        return page(request, "account.html", 422, alone=user is None, faults={"old": "This is not your password."})
    try:
        check_password(new, name)
    except UsageError as why:
        return page(request, "account.html", 422, alone=False, faults={"new": str(why)})
    store.set_password_hash(name, hashed(new), name)
    store.end_sessions(name)
    made = go("/account")
    doors.open_session(made, name)
    return made


# -- everybody's --------------------------------------------------------------------------------------------------------


def _shown(request: Request, status: int = 200, **more: Any) -> Response:
    store: Store = store_of(request)
    return page(request, "accounts.html", status, users=store.users(), roles=ROLES, at=datetime.now(UTC), **more)


@accounts.get("/accounts")
def all_accounts(request: Request) -> Response:
    """Every account, its role, and the forms to change them."""
    return _shown(request)


@accounts.post("/accounts")
async def add_account(request: Request, person: Owner) -> Response:
    """A new account with a password made here, shown once."""
    form = await request.form()
    name, role = text_of(form, "name", 200), text_of(form, "role")
    return await run_in_threadpool(_add, request, person.name, name, role)


def _add(request: Request, who: str, name: str, role: str) -> Response:
    typed = {"name": name, "role": role}
    if not name:
        return _shown(request, 422, typed=typed, faults={"name": "An account needs a name."})
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    try:
        store_of(request).add_user(name, as_role(role), hashed(password), who)
    except UsageError as why:
        return _shown(request, 422, typed=typed, faults={"role" if role not in ROLES else "name": str(why)})
    return _shown(request, made=(name, password))


@accounts.post("/accounts/change")
async def change_account(request: Request, person: Owner) -> Response:
    """Another role, a new password, or no account any more. The last owner stays one."""
    form = await request.form()
    name, what, role = text_of(form, "name", 200), text_of(form, "do"), text_of(form, "role")
    return await run_in_threadpool(_change_account, request, person.name, name, what, role)


def _change_account(request: Request, who: str, name: str, what: str, role: str) -> Response:
    store = store_of(request)
    try:
        user = store.user(name)
        if what in ("role", "remove") and (what == "remove" or role != "owner"):
            _keep_an_owner(store, user)
        if what == "password":
            return _new_password(request, who, user)
        if what == "remove":
            store.remove_user(name, who)
        elif what == "role":
            store.set_role(name, as_role(role), who)
        else:
            raise UsageError("Choose what to do with the account: role, password or remove.")
    except (UsageError, NotFound) as why:
        return _shown(request, 422, message=str(why))
    return go("/accounts")


def _new_password(request: Request, who: str, user: User) -> Response:
    password = "-".join(secrets.token_hex(3) for _ in range(4))
    store_of(request).set_password_hash(user.name, hashed(password), who)
    store_of(request).end_sessions(user.name)
    return _shown(request, made=(user.name, password))


def _keep_an_owner(store: Store, user: User) -> None:
    owners = [one.name for one in store.users() if one.role == "owner"]
    if owners == [user.name]:
        raise UsageError(f"{user.name} is the only owner: make somebody else an owner first.")


def as_role(text: str) -> Role:
    """A role by its name. Raises `UsageError`."""
    for role in ROLES:
        if role == text:
            return role
    raise UsageError(f"There is no role {text!r}: choose one of {', '.join(ROLES)}.")
