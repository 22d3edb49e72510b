"""What the site says about itself: one JSON object a line, never a secret and never a note."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import click
from flask.cli import ScriptInfo

logger = logging.getLogger("website")

# Every event that the site logs, and when. docs/operations.md lists them; a test compares.
EVENTS = {
    "request": "A request was answered.",
    "exception": "A request failed with an error of ours; the line has the traceback.",
    "database_unavailable": "A request found the database locked, full, missing or unreachable.",
    "schema_mismatch": "A request was refused since the database's schema is not the code's.",
    "maintenance": "A request was refused since the site is closed for maintenance.",
    "signed_up": "Someone made an account.",
    "sign_in": "Someone logged in.",
    "sign_in_failed": "A log-in was refused: wrong address, wrong password or disabled account.",
    "signed_out": "Someone logged out.",
    "password_changed": "Someone changed or set a password; all other sessions ended.",
    "hash_unreadable": "A stored password hash could not be read; that log-in failed.",
    "throttled": "Too many tries; the answer was 429.",
    "csrf_refused": "A form came without its CSRF token, or with another session's.",
    "origin_refused": "A form came from another site.",
    "host_refused": "A request named no host, two, or one that is not ours.",
    "text_refused": "A request held NUL, bytes that are not UTF-8, or no form.",
    "too_large": "A request was larger than the limit.",
    "not_yours": "Someone signed in asked for a note that is not theirs, or is nowhere.",
    "history_damaged": "A version could not be read: what is kept of it is damaged.",
    "search_given_up": "A search would have taken too long.",
}

FAULTS = {"database_unavailable", "hash_unreadable", "history_damaged"}  # that wait for somebody


def event(name: str, **fields: Any) -> None:
    """Log one event of the inventory. Fields are facts: ids, addresses, counts; never text."""
    assert name in EVENTS, name
    logger.log(logging.ERROR if name in FAULTS else logging.INFO, name, extra={"fields": fields})


class OneLine(logging.Formatter):
    """A record as one line of JSON; control characters and line separators are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.name != logger.name:
            line["logger"] = record.name
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def log_to_stderr(*, of_server: bool = False) -> None:
    """Send this process's log to standard error: JSON for a server, plain for a command, which may
    turn out to be that of a server."""
    context = click.get_current_context(silent=True)
    command = context is not None and isinstance(context.find_root().obj, ScriptInfo)
    command = command and not of_server
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s") if command else OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=of_server)
    logger.setLevel(logging.INFO)
    # What `flask db` tells of its work.
    logging.getLogger("alembic").setLevel(logging.INFO if command else logging.NOTSET)
    if command:
        logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)  # is no work
