"""`flask users`: accounts, from the command line."""

import sys
from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from sqlalchemy import select

from website.database import db, now
from website.models import PasswordLink, Session, User
from website.models.search.search import Search
from website.models.user import EmailRefused, EmailTaken, PasswordRefused
from website.operations.commands import WritingGroup

users = WritingGroup("users", help="Accounts: who there is, links to set a password, sign-out.")
_email = click.argument("email")


def _example(text: str) -> Callable[[Any], Any]:
    """Give a command its `--help` example."""

    def add(command: Any) -> Any:
        command.__doc__ = f"{command.__doc__}\n\n\b\nExample:\n  {text}\n"
        return command

    return add


def _person(email: str) -> User:
    person = User.by_email(email)
    if person is None:
        raise click.ClickException(f"there is no account with the address {email}")
    return person


def _print_link(person: User) -> None:
    token, lasts = PasswordLink.make(person)
    db.session.commit()
    hours = lasts.total_seconds() / 3600
    shown = f"{hours:.0f} hours" if hours >= 1 else f"{60 * hours:.0f} minutes"
    click.echo(f"Link to set a password, for {shown} and once:", err=True)
    click.echo(f"{current_app.config['PUBLIC_URL']}/set-password/{token}")


@users.command("list")
@_example("flask users list")
def list_users() -> None:
    """Every account: address, since when, whether it can log in."""
    for person in db.session.scalars(select(User).order_by(User.email)):
        state = "disabled" if person.disabled_at else "" if person.password_hash else "no password"
        click.echo(f"{person.email}\t{person.created_at:%Y-%m-%d}\t{state}".rstrip())


@users.command()
@_email
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@_example("flask users create ada@example.org")
def create(email: str, password_stdin: bool) -> None:
    """Make an account and print a link with which its owner sets the password."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    try:
        person = User.enrol(email, password)
    except EmailTaken as error:
        raise click.ClickException(f"there is an account with the address {error}") from error
    except (EmailRefused, PasswordRefused) as error:
        raise click.ClickException(str(error)) from error
    if password is None:
        _print_link(person)
    db.session.commit()
    click.echo(f"Made an account for {person.email}.", err=True)


@users.command("reset-password")
@_email
@_example("flask users reset-password ada@example.org")
def reset_password(email: str) -> None:
    """Print a link that sets a new password; until it is used the old one holds."""
    _print_link(_person(email))


@users.command("sign-out")
@_email
@_example("flask users sign-out ada@example.org")
def sign_out(email: str) -> None:
    """End every session of this person."""
    Session.end_all(_person(email).id)
    db.session.commit()
    click.echo(f"{email} is signed out everywhere.")


@users.command()
@_email
@_example("flask users disable ada@example.org")
def disable(email: str) -> None:
    """Let this person log in no more, and end every session. The notes stay."""
    person = _person(email)
    person.disabled_at = person.disabled_at or now()
    Session.end_all(person.id)
    db.session.commit()
    click.echo(f"{email} is disabled and signed out.")


@users.command()
@_email
@_example("flask users enable ada@example.org")
def enable(email: str) -> None:
    """Let this person log in again."""
    _person(email).disabled_at = None
    db.session.commit()
    click.echo(f"{email} can log in.")


@users.command()
@_email
@click.option("--yes", is_flag=True, help="Do not ask.")
@_example("flask users delete ada@example.org")
def delete(email: str, yes: bool) -> None:
    """Delete this person with every note. There is no way back but a backup."""
    person = _person(email)
    if not yes:
        click.confirm(f"Delete {person.email} and every note of theirs?", abort=True, err=True)
    Search(person.id).forget()
    db.session.delete(person)
    db.session.commit()
    click.echo(f"{email} is deleted.")
