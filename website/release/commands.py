"""`flask release`: the production procedure, a command for each of its sentences."""

from pathlib import Path

import click

from website.release import apply as applying
from website.release import backup as backups
from website.release import lint as reading
from website.release import maintenance as closing
from website.release import move as moving
from website.release import rehearse as rehearsing
from website.release import restore as restoring
from website.release import status as looking
from website.release import verify as verifying
from website.release.answers import Answer, ago, command, megabytes, release, review, seconds
from website.release.destination import destination
from website.release.diagram import diagram as drawn
from website.release.diagram import put_into
from website.release.dialects import LOCK_SECONDS
from website.release.errors import LintFound, Pending, WrongUse, counted
from website.release.plan import plan as planned
from website.release.site import Site
from website.release.steps import Steps

__all__ = ["release"]


@command("flask release status", "flask release status --json")
def status(site: Site, _steps: Steps) -> Answer:
    """Where the code, the database, the rehearsal and the backups stand."""
    facts = looking.status(site)
    return Answer(facts, looking.told(facts), Pending.status if facts["pending"] else 0)


@command("flask release plan")
def plan(site: Site, steps: Steps) -> Answer:
    """Print the statements that each pending revision runs on this database."""
    found = planned(site, steps)
    text = [
        line for one in found for line in (f"-- {one.revision}: {one.message}", *one.statements, "")
    ]
    facts = {"plan": [vars(one) for one in found]}
    return Answer(facts, "\n".join(text).strip() or "Nothing is pending.")


@command("flask release lint", "flask release lint --since main")
@click.option("--since", "ref", metavar="REF", help="Only after a revision, or since a git ref.")
def lint(site: Site, _steps: Steps, ref: str | None) -> Answer:
    """Read the revisions as a good reviewer would: what is wrong, why, and what to write.

    Those since REF are one release, as are those that the database does not have yet.
    """
    scripts = reading.since(site.scripts, ref) if ref else list(site.scripts.walk_revisions())[::-1]
    pending = site.now()[1] if site.database.exists() else []
    one_release = scripts if ref else [script for script in scripts if script in pending]
    releases = [[script] for script in scripts if script not in one_release] + [one_release]
    tables = site.tables
    found = [finding for each in releases for finding in reading.lint(each, tables)]
    facts = {"revisions": len(scripts), "findings": [vars(finding) for finding in found]}
    refused = any(finding.waived is None for finding in found)
    text = (
        "\n\n".join(map(review, found)) or f"{counted(len(scripts), 'revision')}: nothing to say."
    )
    return Answer(facts, text, LintFound.status if refused else 0)


@command("flask release diagram", "flask release diagram --into docs/schema.md")
@click.option(
    "--into",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write it into the ```mermaid block of this file.",
)
def diagram(site: Site, _steps: Steps, file: Path | None) -> Answer:
    """Draw the models' tables and how they refer to one another, as text for Mermaid."""
    if file is None:
        return Answer({"diagram": drawn(site.metadata)}, drawn(site.metadata))
    put_into(file, site.metadata)
    return Answer({"file": str(file)}, f"{file} shows the models as they are.")


@command("flask release rehearse")
def rehearse(site: Site, steps: Steps) -> Answer:
    """Run the migration on a copy of the real data, back, and again; the receipt allows `apply`."""
    receipt = rehearsing.rehearse(site, steps)
    _applied, pending = site.now()
    for finding in reading.lint(pending, site.tables):
        steps.say(review(finding))
    if not receipt.seconds:
        return Answer({"pending": []}, "Nothing is pending, so there is nothing to rehearse.")
    return Answer(
        vars(receipt),
        f"The rehearsal went well: the site will be closed for about {seconds(receipt.window)}."
        " Type: flask release apply",
    )


@command("flask release backup")
def backup(site: Site, steps: Steps) -> Answer:
    """Make a backup that is read again and counted before it is called one."""
    with site.database.lock(), steps.step("backup") as progress:
        made = backups.make(site, "by hand", progress)
    facts = {**made.manifest, "file": str(made.file)}
    rows = sum((made.manifest["rows"] or {}).values())
    return Answer(facts, f"{made.file}: {megabytes(made.manifest['bytes'])}, {rows:,} rows.")


@command("flask release apply", 'flask release apply --no-rehearsal "the disk is failing"')
@click.option("--no-rehearsal", metavar="REASON", help="For an emergency; the reason is logged.")
@click.option("--rehearse", "rehearse_now", is_flag=True, help="Rehearse first, if it is needed.")
@click.option(
    "--wait", default=LOCK_SECONDS, show_default=True, help="Seconds to wait for another release."
)
def apply(
    site: Site, steps: Steps, no_rehearsal: str | None, rehearse_now: bool, wait: float
) -> Answer:
    """Back up, apply what is pending, count and verify, with the site closed; or undo it all."""
    if no_rehearsal is not None and not no_rehearsal.strip():
        raise WrongUse("Say why there is no rehearsal: --no-rehearsal REASON.")
    with site.database.lock(wait):
        done = applying.apply(site, steps, no_rehearsal=no_rehearsal, rehearse_now=rehearse_now)
    facts = vars(done) | {"backup": done.backup and str(done.backup)}
    if not done.revisions:
        return Answer(facts, "The database is up to date.")
    text = f"Applied: {', '.join(done.revisions)}."
    if done.backup is not None:
        text += f"\nThe site was closed for {seconds(done.window)}"
        text += f", and {seconds(done.predicted)} were expected" if done.predicted else ""
        text += f".\nThe database as it was is in {done.backup}"
        if done.restart:
            text += "\nRestart every process of the version before: until then it answers 503."
    return Answer(facts, text)


@command("flask release verify")
def verify(site: Site, steps: Steps) -> Answer:
    """Look whether the database is whole, and what its revisions and models say."""
    with steps.step("verify"):
        found = verifying.verify(site)
    found.refuse()
    checks = ", ".join(found.wrong)
    return Answer(vars(found), "\n".join([*found.notes, f"All is well: {checks}."]))


@command("flask release restore instance/backups/octavo-20260131T120000000000Z.db")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(site: Site, steps: Steps, file: Path, yes: bool) -> Answer:
    """Put a backup in the place of the database; the present state is saved first."""
    with steps.step("check the backup"):
        found = restoring.find(site, file)
    if not yes:
        question = (
            f"Put the backup of {ago(found.made)} in the place of {site.database.shown}?"
            " What was written since then will be in a backup alone."
        )
        if found.database != site.database.shown:
            question = f"This is a backup of another database, {found.database}. {question}"
        try:
            click.confirm(question, abort=True, err=True)
        except click.Abort as error:
            raise WrongUse("Nothing was done. To restore without a question, say --yes.") from error
    done = restoring.restore(site, steps, found)
    facts = vars(done) | {"backup": str(done.backup)}
    text = [f"Restored {done.backup.name}. What was there before is in {done.before}.", *done.notes]
    return Answer(facts, "\n".join(text))


@command("flask release maintenance on", "flask release maintenance off")
@click.argument("what", metavar="on|off|status", type=click.Choice(["on", "off", "status"]))
@click.option("--reason", default="closed by hand", help="What `status` will say.")
def maintenance(site: Site, _steps: Steps, what: str, reason: str) -> Answer:
    """Close the site with a friendly page, or open it again; it stays so over a restart."""
    if not site.database.exists():
        raise WrongUse(f"There is no database at {site.database.shown}.")
    if what == "on":
        closing.close(site, reason)
    elif what == "off":
        closing.reopen(site)
    mark = closing.status(site)
    return Answer({"maintenance": mark}, looking.maintenance_told(mark))


@command("flask release move postgresql://octavo@db/octavo")
@click.argument("url")
def move(site: Site, steps: Steps, url: str) -> Answer:
    """Copy everything into another, empty database, and compare every row; the old one is kept."""
    done = moving.move(site, steps, destination(site, url))
    behind = [f"Left behind: {', '.join(done.left)}."] if done.left else []
    text = [
        f"Moved {done.rows:,} rows of {done.tables} tables in {seconds(done.seconds)}: nothing"
        " differs.",
        *behind,
        f"Set DATABASE_URL to {done.target} and restart. The old database stays closed; to go on"
        " with it after all, type: flask release maintenance off",
    ]
    return Answer(vars(done), "\n".join(text))
