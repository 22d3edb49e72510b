"""Commands that say what went wrong in a sentence, where the database is locked or missing."""

from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError


class _Plain:
    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)  # type: ignore[misc]
        except DBAPIError as error:
            reason = str(error.orig).partition("\n")[0]
            raise click.ClickException(
                f"the database refused: {reason}. Is it up to date? Type: flask release status"
            ) from error


class PlainCommand(_Plain, click.Command):
    """One command of the site."""


class PlainGroup(_Plain, AppGroup):
    """Several, under one name."""
