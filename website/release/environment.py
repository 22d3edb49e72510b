"""`flask db` runs revisions as a release does: with a lock, a backup and a census, whole or not."""

from collections.abc import Sequence
from typing import Any

import click
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy.engine import Connection

from website.release import backup, upgrade
from website.release.errors import Refused, WrongUse, counted
from website.release.site import Site, heads_of

_CHANGES = {"upgrade", "downgrade"}


def run(context: Any) -> None:
    """All that `migrations/env.py` does; `context` is the module `alembic.context`.

    Raises CommandError, which Flask-Migrate shows as a sentence.
    """
    env: EnvironmentContext = context._proxy  # what the module's functions are a face of
    site = Site.current()
    command = env.context_opts["fn"].__name__
    if env.is_offline_mode():
        env.configure(
            url=site.engine.url, literal_binds=True, target_metadata=site.metadata, **site.options
        )
        with env.begin_transaction():
            env.run_migrations()
    elif command in _CHANGES:
        _change(env, site, command)
    elif command in {"do_stamp", "do_ensure_version"}:
        with site.database.lock(), site.database.changing() as connection:
            _plainly(env, site, connection)
    else:
        if not site.database.exists():
            raise Refused(f"There is no database at {site.database.shown}. Type: flask db upgrade")
        with site.database.reading() as connection:
            _plainly(env, site, connection)


def _plainly(env: EnvironmentContext, site: Site, connection: Connection) -> None:
    env.configure(connection=connection, target_metadata=site.metadata, **site.options)
    env.run_migrations()


def _change(env: EnvironmentContext, site: Site, command: str) -> None:
    if command == "upgrade":
        heads_of(env.script)  # where there are several, none is applied
    public = site.is_public and not site.app.config.get("ALLOW_DB_UPGRADE")
    target = env.get_revision_argument()
    if public and command == "upgrade":
        raise Refused(
            "This site is public: use `flask release apply`, which rehearses, backs up and closes"
            " the site meanwhile. To upgrade it plainly all the same, set ALLOW_DB_UPGRADE=1."
        )
    if public and str(target).startswith("-"):
        raise WrongUse(
            "This site is public: name the revision to go back to, as in `flask db downgrade"
            " 0123456789ab`; everything that the revisions after it added will be gone."
        )
    if public and site.database.exists():  # asked before anyone has to wait for the answer
        with site.database.reading() as connection:
            steps: Sequence[Any] = env.context_opts["fn"](site.applied(connection), None)
        if steps:
            _ask(f"Take {counted(len(steps), 'revision')} back from {site.database.shown}?")
    with site.database.lock(), site.database.changing() as connection:
        steps = env.context_opts["fn"](site.applied(connection), None)
        why = f"before flask db {command}"
        made = backup.before(site, connection, why, needed=public) if steps else None
        if made is not None:
            click.echo(f"The database as it was is in {made.file}")
        upgrade.run(env, site, site.database, connection, _say)


def _ask(question: str) -> None:
    try:
        click.confirm(question, abort=True)
    except click.Abort as error:
        raise WrongUse("Nothing was done: nobody said yes.") from error


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
