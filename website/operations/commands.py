"""Commands that say in a sentence why they cannot be run now: a locked or missing database, say."""

from typing import Any

import click
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import DBAPIError

from website.release import maintenance
from website.release.errors import Refused
from website.release.site import Site


class _Plain:
    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)  # type: ignore[misc]
        except DBAPIError as error:
            reason = str(error.orig).partition("\n")[0]
            raise click.ClickException(
                f"the database refused: {reason}. Is it up to date? Type: flask release status"
            ) from error
        except Refused as error:
            click.echo(f"Error: {error}", err=True)
            raise SystemExit(error.status) from error


class _Writing:
    """Nothing is written by one into a database that a release is about to change or replace."""

    def invoke(self, context: click.Context) -> Any:
        with context.ensure_object(ScriptInfo).load_app().app_context():
            site = Site.current()
            mark = maintenance.status(site) if site.database.exists() else None
        if mark is not None and mark.get("by") != "hand":
            raise click.ClickException(
                "the database is being changed, and what is written now could be lost. Try again"
                " when that has ended: flask release maintenance status"
            )
        return super().invoke(context)  # type: ignore[misc]


class PlainCommand(_Plain, click.Command):
    """One command of the site."""


class WritingCommand(_Plain, _Writing, click.Command):
    """One that writes what people would miss."""


class WritingGroup(_Plain, _Writing, AppGroup):
    """Several, under one name."""
