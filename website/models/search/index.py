"""The index of the database at hand. It makes finding fast; what is found does not hang on it."""

from collections.abc import Iterator
from types import ModuleType

from sqlalchemy import Connection, Select, and_, bindparam, func, select, update

from website.database import changed, db, reading
from website.models.batches import Pauses
from website.models.findable import Findable
from website.models.search import grams, postgresql, sqlite

MAX_WAITING = 100  # notes of a person that are looked through; more are taken into the index
AT_ONCE = 2  # of them at each save: so that none takes long
BATCH = 100
MAX_SIZE = 200_000  # signs at once, or one note; a million of them take more than a second

BY_DIALECT: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}


def dialect() -> ModuleType:
    """`add`, `remove`, `clear` and `kept` of the database at hand."""
    return BY_DIALECT[db.engine.dialect.name]


def take_in(user_id: int, *, left: int = MAX_WAITING, most: int = AT_ONCE) -> int:
    """Index up to `most` of what waits, the oldest, but for the newest `left`; how many it were."""
    values = {"user_id": user_id, "left": left, "most": most}
    taken: list[int] = []
    size = 0
    for row in db.session.execute(_beyond, values).all():
        dialect().add(row.id, grams.of_note(user_id, row.title, row.text))
        taken.append(row.id)
        size += len(row.text)
        if size > MAX_SIZE:
            break
    if taken:
        these = update(Findable).where(Findable.id.in_(taken)).values(indexed=True)
        db.session.execute(these, execution_options=_UNSEEN)
    return len(taken)


def take_in_all(*, left: int = MAX_WAITING) -> Iterator[int]:
    """Index what waits, of everyone, but for each person's newest `left`. Gives how many, BATCH by
    BATCH, each committed, and a pause now and then, so that other writers wait for no more."""
    whose = select(Findable.user_id).where(~Findable.indexed).distinct()
    with reading() as connection:
        user_ids = connection.scalars(whose).all()
    pauses = Pauses()
    for user_id in user_ids:
        while taken := take_in(user_id, left=left, most=BATCH):
            db.session.commit()
            yield taken
            pauses.rest()
        db.session.commit()


def waiting() -> int:
    """How many notes are not in the index."""
    count = select(func.count()).where(~Findable.indexed)
    return db.session.scalar(count) or 0


def begin_anew() -> int:
    """Empty the index: everything waits. Returns how many notes that is."""
    # The rows first, as a save has it: otherwise one could wait for the other for ever.
    count = changed(update(Findable).values(indexed=False).execution_options(**_UNSEEN))
    dialect().clear()
    return count


def check(connection: Connection) -> Iterator[str]:
    """A sentence, if the index lacks what is said to be in it: nobody would find that."""
    kept = BY_DIALECT[connection.dialect.name].kept()
    this = kept.where(kept.selected_columns[0] == Findable.id)
    lacking = select(func.count()).where(Findable.indexed, ~this.exists())
    if count := connection.scalar(lacking):
        yield f"The search index lacks {count:,} notes: make it anew with `flask notes reindex`."


def remake(connection: Connection) -> None:
    """All notes of this database wait to be taken into an index that is empty."""
    connection.execute(update(Findable).values(indexed=False))


def lose(user_id: int, note_ids: Select[int]) -> None:
    """Take these notes of a person out of the index; their rows go with the notes."""
    rows = select(Findable.id, Findable.title, Findable.text).where(
        Findable.user_id == user_id, Findable.note_id.in_(note_ids), Findable.indexed
    )
    for row in db.session.execute(rows):
        dialect().remove(row.id, grams.of_note(user_id, row.title, row.text))


_UNSEEN = {"synchronize_session": False}  # no row of these is looked at afterwards
_waits = and_(Findable.user_id == bindparam("user_id"), ~Findable.indexed)
_newest = select(Findable.id).where(_waits).order_by(Findable.id.desc())
_beyond = (
    select(Findable.id, Findable.title, Findable.text)
    .where(_waits, Findable.id <= _newest.offset(bindparam("left")).limit(1).scalar_subquery())
    .order_by(Findable.id)
    .limit(bindparam("most"))
    # On PostgreSQL: what another transaction is taking in, or is about to change, is left to it.
    .with_for_update(skip_locked=True, of=Findable)
)
