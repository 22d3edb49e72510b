"""`flask jobs`: what is due now. Safe at any time, and twice at once."""

import click
from flask.cli import with_appcontext

from website.database import db
from website.models import PasswordLink, Session, Throttle
from website.operations.commands import PlainCommand


@click.command(cls=PlainCommand)
@with_appcontext
def jobs() -> None:
    """Delete what has run out: sessions, password links, counts of tries.

    \b
    Run it once an hour, for example from a systemd timer:
      flask jobs
    """
    for model, what in (
        (Session, "sessions"),
        (PasswordLink, "password links"),
        (Throttle, "counts of tries"),
    ):
        ended = model.sweep()
        db.session.commit()
        click.echo(f"{ended} {what} had run out")
