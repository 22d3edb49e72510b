"""`flask seed`: eight years of notes for trying things out, the same ones every time."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from website.database import db, insert
from website.models import Findable, Link, Note, Rendering, Tag, User
from website.models.search.index import take_in_all
from website.models.searchable import findable
from website.models.tag import note_tag
from website.models.taggable import lock_tags
from website.operations.commands import WritingCommand
from website.operations.prose import Vocabulary, Writer
from website.security.tokens import new_id
from website.text.lines import excerpt, heading
from website.text.markdown import RENDERER, render
from website.text.markdown.wiki import titles
from website.text.names import name, name_of_link
from website.text.tags import fold

VOCABULARY = Path(__file__).with_name("vocabulary.toml")
BATCH = 1_000  # notes in a transaction: other writers wait for one of these at most
LATEST = datetime(2025, 12, 31, 18, tzinfo=UTC)  # not today: the same seed is the same dates
SPAN = timedelta(days=8 * 365)
MAX_PINNED = 5
# psycopg remembers its last hundred statements, so those of ever other lengths had better be short.
_PAGE = {"insertmanyvalues_page_size": 200}


@dataclass(frozen=True)
class Draft:
    """A note that is not in the database yet."""

    title: str
    body: str
    tags: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    pinned: bool
    archived_at: datetime | None
    trashed_at: datetime | None


def drafts(count: int, number: int) -> Iterator[Draft]:
    """`count` notes from the seed `number`, the oldest first and denser towards LATEST."""
    random = Random(number)  # noqa: S311 - nothing secret comes from it
    writer = Writer(random, Vocabulary.parse(VOCABULARY.read_text("utf-8")))
    pinned = set(random.sample(range(count), min(MAX_PINNED, -(-count // 10))))
    for at in range(count):
        title, body = writer.note()
        created = LATEST - SPAN * (1 - (at + random.random()) / count) ** 2
        edited = random.random() < 0.5
        updated = created + (LATEST - created) * random.random() ** 4 * edited
        moved = updated + (LATEST - updated) * random.random()
        fate = 1.0 if at in pinned else random.random()
        yield Draft(
            title,
            body,
            writer.tags(),
            created,
            updated,
            at in pinned,
            archived_at=moved if 0.01 <= fate < 0.04 else None,
            trashed_at=moved if fate < 0.01 else None,
        )


@click.command(cls=WritingCommand)
@click.option("--user", "email", required=True, metavar="EMAIL", help="Whose notes they will be.")
@click.option("--notes", "count", required=True, type=click.IntRange(min=1), help="How many.")
@click.option("--seed", "number", default=1, show_default=True, help="Another number, other notes.")
@with_appcontext
def seed(email: str, count: int, number: int) -> None:
    """Give a person many notes: long and short, in many languages, over eight years.

    The same number of notes from the same seed has the same texts, tags and dates. A second run
    adds to the first; what was made before an interruption stays.

    \b
    Example:
      flask seed --user ada@example.org --notes 10000
    """
    user_id, address = _person(email)
    remaining = drafts(count, number)
    pipe = not sys.stderr.isatty()
    with click.progressbar(length=count, file=sys.stderr, hidden=pipe) as bar:
        while batch := list(islice(remaining, BATCH)):
            _store(user_id, batch)
            for _ in take_in_all():
                pass
            bar.update(len(batch))
    click.echo(f"Made {count:,} notes for {address}.")


def _person(email: str) -> tuple[int, str]:
    person = User.by_email(email)
    if person is None:
        raise click.ClickException(
            f"there is no account with the address {email}: make it first, with"
            f" `flask users create {email}`"
        )
    found = person.id, person.email
    db.session.rollback()  # nothing is locked while the first notes are written
    return found


def _store(user_id: int, batch: list[Draft]) -> None:
    """Keep the notes as a save by the application would, in one transaction."""
    # Before the first statement: rendering takes longer than storing, and that one locks.
    rows = [_row(user_id, draft) for draft in batch]
    pages = [render(draft.body) for draft in batch]
    lock_tags(user_id)
    tag_ids = _tag_ids(user_id, {name for draft in batch for name in draft.tags})
    made = insert(Note.__table__).returning(Note.id, sort_by_parameter_order=True)
    ids = db.session.scalars(made, rows, execution_options=_PAGE).all()
    rendered = [
        {"note_id": note_id, "version": 1, "renderer": RENDERER, "html": html}
        for note_id, html in zip(ids, pages, strict=True)
    ]
    db.session.execute(insert(Rendering.__table__), rendered, execution_options=_PAGE)
    found = [
        {"note_id": note_id, "user_id": user_id, "version": 1}
        | findable(draft.title, draft.body, html)
        for note_id, draft, html in zip(ids, batch, pages, strict=True)
    ]
    db.session.execute(insert(Findable.__table__), found, execution_options=_PAGE)
    linked = [
        {"note_id": note_id, "user_id": user_id, "name": link}
        for note_id, html in zip(ids, pages, strict=True)
        for link in {name_of_link(title) for title in titles(html)} - {""}
    ]
    if linked:
        db.session.execute(insert(Link.__table__), linked, execution_options=_PAGE)
    carried = [
        {"note_id": note_id, "tag_id": tag_ids[fold(name)]}
        for note_id, draft in zip(ids, batch, strict=True)
        for name in draft.tags
    ]
    if carried:
        db.session.execute(insert(note_tag), carried, execution_options=_PAGE)
    db.session.commit()


def _row(user_id: int, draft: Draft) -> dict[str, Any]:
    called = heading(draft.title, draft.body)
    return {
        "public_id": new_id(),
        "user_id": user_id,
        "title": draft.title,
        "body": draft.body,
        "heading": called,
        "name": name(called),
        "excerpt": excerpt(draft.title, draft.body),
        "version": 1,
        "created_at": draft.created_at,
        "updated_at": draft.updated_at,
        "pinned": draft.pinned,
        "archived_at": draft.archived_at,
        "trashed_at": draft.trashed_at,
    }


def _tag_ids(user_id: int, names: set[str]) -> dict[str, int]:
    """Ids by folded name. Asked anew for each batch: a tag nobody carries may be gone by then."""
    if not names:
        return {}
    wanted = {fold(name): name for name in sorted(names)}
    db.session.execute(
        insert(Tag).on_conflict_do_nothing(index_elements=["user_id", "folded"]),
        [{"user_id": user_id, "folded": at, "name": name} for at, name in wanted.items()],
    )
    found = select(Tag.folded, Tag.id).where(Tag.user_id == user_id, Tag.folded.in_(wanted))
    return {row.folded: row.id for row in db.session.execute(found)}
