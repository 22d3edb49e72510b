"""`flask jobs`: what is due now. Safe at any time, and twice at once."""

import click
from flask.cli import with_appcontext

from website.database import db, leave_no_trace
from website.models import BulkChange, Draft, PasswordLink, Session, Throttle
from website.models.renewal import renew
from website.models.search.index import take_in_all
from website.models.shelf import purge
from website.models.trashable import TRASH_DAYS
from website.operations.commands import PlainCommand
from website.release import scheduled


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
        (Draft, "traces of drafts"),
        (BulkChange, "changes of several notes"),
    ):
        ended = model.sweep()
        db.session.commit()
        click.echo(f"{ended} {what} had run out")
    purged = purge()
    db.session.commit()
    click.echo(f"{purged} notes had been in the trash for {TRASH_DAYS} days")
    leave_no_trace()
    backup = scheduled.run()
    click.echo(f"{renew(not_drawn)} notes were drawn anew")
    click.echo(f"{sum(take_in_all())} notes were taken into the search index")
    click.echo(backup)


def not_drawn(note_id: int, error: Exception) -> None:
    # Not what the error says: that may be of the note.
    kind = type(error).__name__
    click.echo(f"Error: note {note_id} cannot be drawn ({kind}); it is left as it was.", err=True)
