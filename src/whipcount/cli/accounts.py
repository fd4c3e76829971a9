"""`whipcount accounts`: who may log in to a desk with --public."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from whipcount.store import Store

STORE = click.option(
    "--store",
    metavar="URL",
    envvar="WHIPCOUNT_STORE",
    help="The store: a file, or postgresql://... By default whipcount.db here.",
)
ROLE = click.option(
    "--role",
    type=click.Choice(["reader", "editor", "owner"]),
    default="reader",
    show_default=True,
    help="A reader reads, an editor changes contests, an owner accounts too.",
)
WHO = "owner"


@click.group("accounts")
def command() -> None:
    """Accounts of a desk that is served with --public."""


@command.command("list")
@STORE
def list_command(store: str | None) -> None:
    """Every account, its role, and since when."""
    with _open(store) as kept:
        for user in kept.users():
            click.echo(f"{user.name:<24}{user.role:<8}{user.created.date()}")


@command.command("add")
@click.argument("name")
@ROLE
@STORE
@click.password_option(
    help="Asked for if it is left out, which is better: other people on this machine can see a command."
)
def add_command(name: str, role: str, store: str | None, password: str) -> None:
    """A new account."""
    from whipcount.desk.doors.pages import as_role
    from whipcount.desk.doors.passwords import check_password, hashed

    check_password(password, name)
    with _open(store) as kept:
        kept.add_user(name, as_role(role), hashed(password), WHO)
    click.echo(f"{name} can log in, as {role}.", err=True)


@command.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(["reader", "editor", "owner"]))
@STORE
def role_command(name: str, role: str, store: str | None) -> None:
    """Give an account another role."""
    from whipcount.desk.doors.pages import as_role

    with _open(store) as kept:
        kept.set_role(name, as_role(role), WHO)
    click.echo(f"{name} is {role} now.", err=True)


@command.command("password")
@click.argument("name")
@STORE
@click.password_option(help="Asked for if it is left out.")
def password_command(name: str, store: str | None, password: str) -> None:
    """Give an account another password, and end its sessions."""
    from whipcount.desk.doors.passwords import check_password, hashed

    check_password(password, name)
    with _open(store) as kept:
        kept.set_password_hash(name, hashed(password), WHO)
        kept.end_sessions(name)
    click.echo(f"{name} has a new password.", err=True)


@command.command("remove")
@click.argument("name")
@STORE
def remove_command(name: str, store: str | None) -> None:
    """Remove an account. What it did stays in the journal."""
    with _open(store) as kept:
        kept.remove_user(name, WHO)
    click.echo(f"{name} can no longer log in.", err=True)


def _open(store: str | None) -> Store:
    from whipcount.store import open_store

    return open_store(store)
