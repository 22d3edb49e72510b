"""Where the tables, columns and objects of before are, under whatever name, and which are gone."""

import re
from collections.abc import Callable, Iterator

from website.release.ddl import fold, meaning, spelled
from website.release.renames import Renames
from website.release.schema import Schema, Thing

_OF_COLUMNS = {"autoincrement", "collation", "generated"}
_WITH_COLUMNS = {"index", "unique", "primary key", "foreign key", "check", "exclusion"}
_UNIQUE = re.compile(r"^(?:primary key|unique)\b", re.IGNORECASE)  # a key is as unique as an index
# What a thing that does not do all of its work ends with: to lose that is no loss.
_WEAK = (["NOT", "VALID"], ["disabled"], ["(", "which", "is", "broken", ")"])
Tables = dict[str, list[str]]  # which columns each has


class Successors:
    """What became of each table, column and object between two states of a database.

    `there` and `now` are the tables and columns that were counted.
    """

    def __init__(
        self, before: Schema, after: Schema, there: Tables, now: Tables, renames: Renames
    ) -> None:
        self._before, self._after, self._renames = before, after, renames
        self._key: Callable[[str], str] = fold if before.folds else str
        self.tables = self._found({table: renames.table(table) for table in there}, list(now))
        self.columns: dict[tuple[str, str], str | None] = {}
        self.anew: set[tuple[str, str]] = set()  # dropped and added again
        for table, is_now in self.tables.items():
            if is_now is not None:
                # One that made room for its successor and then went has nothing to tell of it.
                same = self._key(is_now) == self._key(renames.table(table))
                moved = {c: renames.column(table, c) if same else c for c in there[table]}
                for column, name in self._found(moved, now[is_now]).items():
                    self.columns[table, column] = name
                    generated = Thing("generated", is_now, name or "", named=False)
                    own = name and same and generated not in after.things
                    if own and renames.dropped(table, column):
                        self.anew.add((table, column))

    def _found(self, moved: dict[str, str], there: list[str]) -> dict[str, str | None]:
        """Each name's successor; what another took by a rename is not one's own any more."""
        key = self._key
        present = {key(name): name for name in there}
        renamed = {old for old, new in moved.items() if key(new) != key(old)}
        taken = {key(moved[old]) for old in renamed}
        return {
            old: present[key(new)]
            if old in renamed and key(new) in present
            else (None if key(old) in taken else present.get(key(old)))
            for old, new in moved.items()
        }

    def thing(self, was: Thing) -> Thing | None:
        """What it should be now, if its table and its column are still there."""
        table: str | None = self._renames.table(was.table) if was.table else ""
        name: str | None = was.name
        if was.table in self.tables:
            table = self.tables[was.table]
        if was.kind in _OF_COLUMNS:
            name = self.columns.get((was.table, was.name))
        elif was.kind == "virtual table":
            name = self.tables[was.name]
        return None if table is None or name is None else was._replace(table=table, name=name)

    def lost(self) -> Iterator[tuple[Thing, str]]:
        """Each object that is gone or does not say what it said, with a sentence.

        But for those that went with their table or column, or that do their work under a new name.
        """
        there, names = self._after.things, self._names()
        heirs = {was: self.thing(was) for was in self._before.things}
        places = {"", *self.tables.values(), *(one.name for one in there if one.kind == "view")}

        def same(was: Thing, now: Thing | None) -> bool:
            if now is None or now not in there or self._speaks_of_nothing(was, now):
                return False
            return _same(self._before.things[was], there[now], names, folds=self._after.folds)

        others = there.keys() - {heir for was, heir in heirs.items() if same(was, heir)}
        for was, heir in heirs.items():
            if heir is None or heir.table not in places or same(was, heir):
                continue
            other = next((one for one in others if _may_follow(one, heir) and same(was, one)), None)
            if other is not None:
                others.remove(other)
            elif not self._went_along(was):
                says = self._before.things[was]
                changed = f"was ({says}) and is ({there[heir]})" if heir in there else "is gone"
                yield was, f"{was} {changed}"

    def _speaks_of_nothing(self, was: Thing, now: Thing) -> bool:
        """Whether a check names a column as it was called before.

        SQLite takes such a name for a text, if it stands in quotes; a batch leaves it there.
        """
        if was.kind != "check" or not self._before.folds:
            return False
        left = {old for (table, old), new in self.columns.items() if table == was.table and new}
        nowhere = set(map(spelled, left)) - set(map(spelled, self._after.columns[now.table]))
        return not nowhere.isdisjoint(meaning(self._after.things[now]))

    def _went_along(self, was: Thing) -> bool:
        """Whether a column is gone that an index or constraint is about: it went with that.

        A trigger or a view does more than a column needs.
        """
        if was.kind not in _WITH_COLUMNS:
            return False
        folds = self._before.folds
        about = meaning(self._before.things[was], folds=folds)
        end = next((at for at, word in enumerate(about) if word.lower() == "references"), None)
        gone = {key for key, name in self.columns.items() if name is None} | self.anew
        return any(
            table == was.table and spelled(column, folds=folds) in about[:end]
            for table, column in gone
        )

    def _names(self) -> dict[str, set[str]]:
        """What a word of a definition may be now: the databases rewrite those."""
        pairs = [*self.tables.items(), *((old, new) for (_, old), new in self.columns.items())]
        found: dict[str, set[str]] = {}
        for old, new in pairs:
            if new is not None and new != old:
                word = spelled(old, folds=self._before.folds)
                found.setdefault(word, set()).add(spelled(new, folds=self._before.folds))
        return found


def _may_follow(other: Thing, heir: Thing) -> bool:
    """Whether a thing with another name could do what this one did."""
    kinds = {heir.kind}
    if heir.kind in {"index", "unique"}:  # what is unique is unique
        kinds = {"index", "unique", "primary key"}
    return other.table == heir.table and other.kind in kinds and heir.kind not in _OF_COLUMNS


def _same(was: str, found: str, names: dict[str, set[str]], *, folds: bool) -> bool:
    """Whether a definition says what it said, under the names of now."""
    one, other = (meaning(_UNIQUE.sub("unique", says), folds=folds) for says in (was, found))
    for weak in _WEAK:
        if one[-len(weak) :] == weak:
            one = one[: -len(weak)]
            other = other[: -len(weak)] if other[-len(weak) :] == weak else other
    one, other = _without_aliases(one, names), _without_aliases(other, names)
    return len(one) == len(other) and all(
        old == new or new in names.get(old, ()) for old, new in zip(one, other, strict=True)
    )


def _without_aliases(said: list[str], names: dict[str, set[str]]) -> list[str]:
    """PostgreSQL lets a view's column keep its name: `body` becomes `text AS body`."""
    kept: list[str] = []
    for word in said:
        if len(kept) > 1 and kept[-1].lower() == "as":
            of = kept[-2]
            if word == of or of in names.get(word, ()) or word in names.get(of, ()):
                kept.pop()
                continue
        kept.append(word)
    return kept
