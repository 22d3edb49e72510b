"""Is the database what its revisions and models say, and is it whole?"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection

from website.release import upgrade
from website.release.dialects import Database
from website.release.errors import MigrationFailed, SchemaDiffers
from website.release.schema import Schema, describe
from website.release.site import Site


@dataclass
class Findings:
    """By check, a sentence for everything that is wrong; an empty list is a check that is well."""

    wrong: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # worth knowing, and no fault

    def refuse(self) -> None:
        """Raise SchemaDiffers if anything is wrong."""
        sentences = [sentence for found in self.wrong.values() for sentence in found]
        if sentences:
            raise SchemaDiffers("\n".join(sentences), wrong=self.wrong, notes=self.notes)


def fresh(site: Site) -> Schema:
    """What the revisions make of an empty database; raises Refused if they make nothing of it."""
    with site.database.scratch() as empty, empty.migrating() as connection:
        connection.begin()
        try:
            upgrade.to(site, empty, connection, "heads", upgrade.silent)
            return describe(connection, frozenset({site.version_table}))
        except MigrationFailed as error:
            raise MigrationFailed(f"On an empty database, tried first: {error}") from error
        finally:
            connection.rollback()  # nobody needs it on a disk


def verify(
    site: Site,
    database: Database | None = None,
    *,
    expected: Schema | None = None,
    thorough: bool = True,
) -> Findings:
    """Look at everything that can be looked at. `expected` is `fresh(site)`, made earlier.

    Raises Pending or UnknownRevision if the database is not at the code's head.
    """
    database = database or site.database
    site.at_head(database)
    findings = Findings()
    expected = expected or fresh(site)
    with database.reading() as connection:
        wrong = findings.wrong
        wrong["integrity"] = database.integrity(connection, thorough=thorough)
        if wrong["integrity"]:
            return findings  # whatever else it says is not to be trusted
        wrong["references"] = [
            f"{count:,} rows of {table} refer to a row of {parent} that is not there."
            for (table, parent), count in sorted(database.broken_references(connection).items())
        ]
        wrong["models"] = _against_models(site, connection)
        found = describe(connection, frozenset({site.version_table}))
        wrong["objects"] = list(_missing(expected, found))
        findings.notes = list(_unknown(site, expected, found))
        for name, check in site.checks.items():
            wrong[name] = list(check(connection))
    return findings


def _against_models(site: Site, connection: Connection) -> list[str]:
    options = {**site.options, "target_metadata": site.metadata}
    context = MigrationContext.configure(connection, opts=options)
    return [_sentence(change) for change in compare_metadata(context, site.metadata)]


def _sentence(change: object) -> str:
    """One of autogenerate's tuples, ("add_column", None, "note", Column(…)), or a list of them."""
    if isinstance(change, list):
        return " ".join(_sentence(one) for one in change)
    assert isinstance(change, tuple)
    kind, *about = change
    named = [getattr(part, "name", part) for part in about if part is not None]
    shown = " ".join(str(part) for part in named if isinstance(part, str))
    return f"The models say otherwise: {str(kind).replace('_', ' ')} {shown}."


def _missing(expected: Schema, found: Schema) -> Iterator[str]:
    for table, columns in expected.columns.items():
        if table not in found.columns:
            yield f"Table {table} is missing."
            continue
        for name, says in columns.items():
            now = found.columns[table].get(name)
            if now is None:
                yield f"Column {table}.{name} is missing."
            elif now != says:
                yield f"Column {table}.{name} is ({now}) and should be ({says})."
    for thing, says in expected.things.items():
        now = found.things.get(thing)
        if thing.table and thing.table not in found.columns:
            continue
        if now is None:
            yield f"The {thing} is missing."
        elif now != says:
            yield f"The {thing} is ({now}) and should be ({says})."


def _unknown(site: Site, expected: Schema, found: Schema) -> Iterator[str]:
    known = set(expected.columns) | set(site.metadata.tables)
    for table, columns in found.columns.items():
        if table not in known:
            yield f"Table {table} is none of the models'."
            continue
        for name in columns.keys() - expected.columns.get(table, {}).keys():
            yield f"Column {table}.{name} is none of the revisions'."
    for thing in found.things.keys() - expected.things.keys():
        if thing.table in expected.columns or not thing.table:
            yield f"The {thing} is none of the revisions'."
