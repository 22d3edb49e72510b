"""`flask notes`: the search index, made anew."""

import sys

import click

from website.database import db
from website.models.renewal import renew
from website.models.search.index import begin_anew, take_in_all, waiting
from website.operations.commands import WritingGroup
from website.operations.jobs import not_drawn

notes = WritingGroup("notes", help="What is made of people's notes, such as the search index.")


@notes.command()
@click.option("--missing", is_flag=True, help="Only what is not in it, or was folded otherwise.")
def reindex(missing: bool) -> None:
    """Make the search index anew, from the notes; people find everything meanwhile.

    \b
    Example:
      flask notes reindex --missing
    """
    while renew(not_drawn):
        pass
    if not missing:
        begin_anew()
        db.session.commit()
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=waiting(), file=sys.stderr, hidden=hidden) as bar:
        for taken in take_in_all(left=0):
            bar.update(taken)
    click.echo(f"{bar.pos:,} notes were taken into the search index.")
