"""The whole migration, there and back and there again, on a copy of the real data."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

from sqlalchemy.exc import DBAPIError

from website.release import smoke, upgrade
from website.release.backup import Making
from website.release.declared import Declared
from website.release.dialects import Database
from website.release.digest import digest
from website.release.errors import BackupFailed, Refused, RehearsalNeeded
from website.release.files import workshop
from website.release.receipt import Receipt, forget
from website.release.schema import Schema, describe
from website.release.site import Site
from website.release.steps import Steps
from website.release.verify import fresh, verify

_SIZES = 4  # a copy, its backup, and a log in which every page may stand again


def rehearse(site: Site, steps: Steps) -> Receipt:
    """Run what `apply` will run, on a copy, and more; write a receipt, also of a failure.

    Raises RehearsalNeeded with what is off. The database itself is only read.
    """
    database = site.database
    applied, pending = site.now()
    receipt = Receipt.of_now(site, applied)
    if not pending or not database.exists():
        return receipt
    forget(site)  # an earlier one allows nothing any more, whatever comes of this one
    database.sweep(site.backups)
    if problem := database.room_for(site.backups, here=_SIZES):
        raise BackupFailed(problem)
    with workshop(site.backups) as folder:
        try:
            expected = fresh(site)
            with ExitStack() as stack:
                with steps.step("copy") as progress:
                    copy = stack.enter_context(database.copy(folder, progress))
                making = Making(copy, folder, applied, "rehearsal")
                with steps.step("backup") as progress:
                    making.write(progress)
                _there_and_back(site, steps, copy, expected, making)
        except (Refused, DBAPIError) as error:
            why = str(getattr(error, "orig", error))
            replace(receipt, failed=why, seconds=dict(steps.seconds)).write(site)
            raise RehearsalNeeded(f"The rehearsal failed: {why}") from error
    receipt = replace(receipt, seconds=dict(steps.seconds), window=_window(steps.seconds))
    receipt.write(site)
    return receipt


def _window(seconds: dict[str, float]) -> float:
    """For how long `apply` will close the site."""
    return round(seconds["backup"] + seconds["upgrade"] + seconds["verify"], 3)


def _there_and_back(
    site: Site, steps: Steps, copy: Database, expected: Schema, making: Making
) -> None:
    applied, pending = site.now(copy)
    declared = [Declared.of(script) for script in pending]
    lost = frozenset(name for one in declared for name in one.losses)
    way_back = all(one.has_way_back for one in declared)
    before = _contents(site, copy, lost) if way_back else None
    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(making.check)  # meanwhile, as `apply` does
        with steps.step("upgrade"):
            _to(site, steps, copy, "heads", reading.result)
    reading.result().file.unlink()
    with steps.step("verify"):
        verify(site, copy, expected=expected, thorough=False).refuse()
    if before is None:
        steps.say("A revision has no way back, so none was tried.")
    else:
        with steps.step("downgrade"):
            _to(site, steps, copy, applied[0] if applied else "base")
        with steps.step("compare"):
            _refuse_differences(before, _contents(site, copy, lost))
        with steps.step("upgrade again"):
            _to(site, steps, copy, "heads")
    with steps.step("smoke requests"):  # last, since they may write
        smoke.ask(site, copy)


def _to(
    site: Site,
    steps: Steps,
    copy: Database,
    target: str,
    before_commit: upgrade.Last = upgrade.nothing,
) -> None:
    with copy.changing() as connection:
        upgrade.to(site, copy, connection, target, steps.say, before_commit)
        before_commit()


Contents = tuple[Schema, dict[str, int]]


def _contents(site: Site, copy: Database, lost: frozenset[str]) -> Contents:
    """The schema, and a digest of every table but for what a revision says that it loses."""
    digests = {}
    with copy.reading() as connection:
        schema = describe(connection, frozenset({site.version_table}))
        for table, names in schema.columns.items():
            kept = [
                name for name in names
                if not lost & {f"drop:{table}.{name}", f"values:{table}.{name}"}
            ]  # fmt: skip
            if kept and not lost & {f"drop:{table}", f"rows:{table}"}:
                digests[table] = digest(connection, table, kept)
    return schema, digests


def _refuse_differences(before: Contents, after: Contents) -> None:
    (schema, rows), (schema_now, rows_now) = before, after
    wrong = [f"the rows of {table}" for table in rows if rows[table] != rows_now.get(table)]
    columns = {(t, c): says for t, of in schema.columns.items() for c, says in of.items()}
    now = {(t, c): says for t, of in schema_now.columns.items() for c, says in of.items()}
    wrong += [
        f"column {table}.{name}"
        for table, name in sorted(columns.keys() | now.keys())
        if columns.get((table, name)) != now.get((table, name))
    ]
    wrong += [
        f"the {thing}"
        for thing in sorted(schema.things.keys() | schema_now.things.keys())
        if schema.things.get(thing) != schema_now.things.get(thing)
    ]
    if wrong:
        raise RehearsalNeeded(
            f"The way back does not lead to where it came from: {', '.join(wrong)} differ."
        )
