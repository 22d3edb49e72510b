"""What goes along into another database, what is made there for it, and what stays behind."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, MetaData, Table, inspect
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import CompileError
from sqlalchemy.schema import CreateTable

from website.release import verify
from website.release.copying import Passage
from website.release.dialects.rows import Rows
from website.release.errors import WrongUse
from website.release.kinds import Kind
from website.release.schema import STATE_TABLE, Schema, describe
from website.release.site import Site

_ALONE = " (the revisions make it in the old kind of database alone)"


@dataclass
class Cargo:
    site: Site
    source: Rows
    columns: dict[str, list[str]]  # of the source, by table
    strangers: list[Table]  # that no revision made: they go along with their rows and key alone
    left: list[str]  # behind, each as a sentence would name it

    @classmethod
    def of(cls, site: Site, source: Rows, dialect: Dialect) -> "Cargo":
        """What the source holds; raises WrongUse where a part of it would have no place."""
        if named := [name for name, table in site.metadata.tables.items() if table.schema]:
            raise WrongUse(f"Table {named[0]} is in a schema of its own, and those stay behind.")
        if problems := list(source.problems()):
            raise WrongUse("\n".join(problems))
        own = verify.fresh(site)
        columns = {
            table: list(_columns(source.connection, table))
            for table in source.tables()
            if table not in {site.version_table, STATE_TABLE, *site.indexes}
        }
        for table, names in columns.items():
            known = own.columns.get(table, names)
            if alien := [name for name in names if name not in known]:
                raise WrongUse(
                    f"Column {table}.{alien[0]} is none of the revisions', so there is no place for"
                    " it in the other database. Write a revision that adds it, or drop it."
                )
        strangers = [
            _made_anew(source.connection, table, dialect)
            for table in columns
            if table not in own.columns
        ]
        found = describe(source.connection, frozenset({site.version_table}))
        beside = sorted(found.things.keys() - own.things.keys())
        left = [str(thing) for thing in beside if thing.table in {*own.columns, ""}]
        left += [f"what table {table} has beside its rows and its key" for table in strangers]
        return cls(site, source, columns, strangers, [*left, *source.elsewhere()])

    def passages(self, target: Rows) -> Iterator[Passage]:
        """For each table that goes along; those of strangers are made now."""
        for stranger in self.strangers:
            stranger.create(target.connection, checkfirst=True)
        for table, names in self.columns.items():
            places = _columns(target.connection, table)
            if not places:
                self.left.append(f"table {table}{_ALONE}")
                continue
            self.left += [f"column {table}.{name}{_ALONE}" for name in names if name not in places]
            kinds = self._kinds(table, target)
            going = [name for name in names if name in places and "computed" not in places[name]]
            yield Passage(table, {name: kinds[name] for name in going}, self.source, target)

    def _kinds(self, table: str, target: Rows) -> dict[str, Kind]:
        """The types of a table's columns: the model's, or else as the database has them."""
        # PostgreSQL knows more types, and so it is asked where it is one of the two.
        asked = target if target.dialect.name == "postgresql" else self.source
        columns = _columns(asked.connection, table)
        kinds = {name: _generic(column["type"]) for name, column in columns.items()}
        if table in self.site.metadata.tables:
            models = self.site.metadata.tables[table].columns
            kinds |= {column.name: column.type for column in models}
        return kinds

    def derived(self, there: Schema) -> set[str]:
        """The names of what the target alone has: no row comes along, and triggers fill it."""
        triggers = [says for thing, says in there.things.items() if thing.kind == "trigger"]
        names = {thing.name for thing in there.things if thing.kind == "virtual table"}
        self.left += [
            f"the rows of {name}, which no trigger fills"
            for name in sorted(names)
            if name not in self.site.indexes
            and not any(name.lower() in says.lower() for says in triggers)
        ]
        for table, columns in there.columns.items():
            here = self.columns.get(table)
            names |= {table} if here is None else columns.keys() - set(here)
        return names


def _columns(connection: Connection, table: str) -> dict[str, Any]:
    inspector = inspect(connection)
    if not inspector.has_table(table):
        return {}
    return {column["name"]: column for column in inspector.get_columns(table)}


def _generic(kind: Kind) -> Kind:
    generic: Kind = kind.as_generic(allow_nulltype=True)
    return generic


def _made_anew(connection: Connection, table: str, dialect: Dialect) -> Table:
    """A table that was found, as it can be made elsewhere; raises WrongUse if it cannot be."""
    alike = connection.dialect.name == dialect.name
    key = inspect(connection).get_pk_constraint(table)["constrained_columns"]
    columns = [
        Column(
            name,
            column["type"] if alike else _generic(column["type"]),
            primary_key=name in key,
            nullable=column["nullable"],
        )
        for name, column in _columns(connection, table).items()
    ]
    made = Table(table, MetaData(), *columns)
    try:
        CreateTable(made).compile(dialect=dialect)
    except CompileError as error:
        raise WrongUse(
            f"Table {table} is none of the revisions', and cannot be made in the other database:"
            f" {error}. Move it by hand and drop it, or write a revision that makes it."
        ) from error
    return made
