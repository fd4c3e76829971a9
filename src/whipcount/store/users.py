"""Accounts and sessions. The store keeps what it is given and hashes nothing: hash passwords and tokens before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from whipcount.errors import NotFound, UsageError
from whipcount.store.history import stamp
from whipcount.store.part import Part
from whipcount.store.records import ROLES, LoginSession, Role, User
from whipcount.store.schema import sessions, users
from whipcount.store.transaction import Transaction, named, now


class Users(Part):
    """The accounts of a store."""

    def add_user(self, name: str, role: Role, password_hash: str, who: str = "owner") -> User:
        """A new account. Raises `UsageError` for a name that is taken or a role that there is not."""
        row = {"name": named(name), "role": _role(role), "password_hash": password_hash, "created": now()}

        def work(tx: Transaction) -> None:
            tx.insert("user", row)
            tx.record(who, "user", None, f"{name} added as {role}")

        try:
            self.database.write(lambda c: work(Transaction(c)))
        except IntegrityError:
            raise UsageError(f"There is an account called '{name}' already. Take another name.") from None
        return self.user(name)

    def user(self, name: str) -> User:
        """An account by its name. Raises `NotFound`, which names no other account."""
        found = self.find_user(name)
        if found is None:
            raise NotFound("account", name, ())
        return found

    def find_user(self, name: str) -> User | None:
        """An account by its name, or None."""
        if "\0" in name:
            return None
        row = self.database.read(
            lambda c: c.execute(select(users).where(users.c.name == name.strip())).mappings().first()
        )
        return _user(row) if row else None

    def users(self) -> list[User]:
        """All accounts, by name."""
        return self.database.read(
            lambda c: [_user(r) for r in c.execute(select(users).order_by(users.c.name)).mappings()]
        )

    def set_role(self, name: str, role: Role, who: str) -> User:
        """Give an account another role. Its sessions see it at once."""
        key = self.user(name).id

        def work(tx: Transaction) -> None:
            tx.update("user", key, role=_role(role))
            tx.record(who, "user", None, f"{name} is now {role}")

        self.database.write(lambda c: work(Transaction(c)))
        return self.user(name)

    def set_password_hash(self, name: str, password_hash: str, who: str) -> User:
        """Give an account another password, and end its sessions. The journal says that, and not the hash."""
        key = self.user(name).id

        def work(tx: Transaction) -> None:
            tx.connection.execute(update(users).where(users.c.id == key).values(password_hash=password_hash))
            tx.connection.execute(delete(sessions).where(sessions.c.user_id == key))
            tx.record(who, "password", None, f"password of {name} changed")

        self.database.write(lambda c: work(Transaction(c)))
        return self.user(name)

    def remove_user(self, name: str, who: str) -> None:
        """Take an account away, with its sessions; what it did stays in the journal under its name."""
        key = self.user(name).id

        def work(tx: Transaction) -> None:
            tx.delete("user", key)
            tx.record(who, "user", None, f"{name} removed")

        self.database.write(lambda c: work(Transaction(c)))

    def add_session(self, token_hash: str, name: str, expires: datetime) -> LoginSession:
        """A session of an account, until it expires."""
        row = {"token_hash": token_hash, "user_id": self.user(name).id, "created": now(), "expires": stamp(expires)}
        self.database.write(lambda c: c.execute(insert(sessions), row))
        found = self.session(token_hash, datetime.min.replace(tzinfo=UTC))
        if found is None:
            raise NotFound("session", "just made", ())
        return found

    def session(self, token_hash: str, at: datetime | None = None) -> LoginSession | None:
        """The session of a token that has not expired, or None."""
        wanted = (
            select(sessions.c.token_hash, sessions.c.created.label("begun"), sessions.c.expires, users)
            .join(users, users.c.id == sessions.c.user_id)
            .where(sessions.c.token_hash == token_hash, sessions.c.expires > stamp(at or datetime.now(UTC)))
        )
        row = self.database.read(lambda c: c.execute(wanted).mappings().first())
        if row is None:
            return None
        begun, expires = (datetime.fromisoformat(row[k]) for k in ("begun", "expires"))
        return LoginSession(row["token_hash"], _user(row), begun, expires)

    def end_session(self, token_hash: str) -> None:
        """End a session."""
        self.database.write(lambda c: c.execute(delete(sessions).where(sessions.c.token_hash == token_hash)))

    def end_sessions(self, name: str) -> None:
        """End every session of an account."""
        key = self.user(name).id
        self.database.write(lambda c: c.execute(delete(sessions).where(sessions.c.user_id == key)))

    def sweep_sessions(self) -> int:
        """Forget the sessions that have expired; says how many."""
        old = delete(sessions).where(sessions.c.expires <= now())
        return int(self.database.write(lambda c: c.execute(old).rowcount))


def _role(role: str) -> str:
    if role not in ROLES:
        raise NotFound("role", role, ROLES)
    return role


def _user(row: Mapping[Any, Any]) -> User:
    return User(row["id"], row["name"], row["role"], row["password_hash"], datetime.fromisoformat(row["created"]))
