"""`flask jobs`: what is due now. Safe at any time, and twice at once."""

import click
from flask.cli import with_appcontext

from website.database import db
from website.models import PasswordLink, Session, Throttle
from website.operations.commands import PlainCommand
from website.release import scheduled
from website.release.errors import Refused


@click.command(cls=PlainCommand)
@with_appcontext
def jobs() -> None:
    """Make the backup that is due, look at the newest, and delete what has run out.

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
    try:
        click.echo(scheduled.run())
    except Refused as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(error.status) from error
