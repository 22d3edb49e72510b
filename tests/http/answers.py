"""What every answer owes, errors first: headers, an id, and not a word of how the site works."""

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.people import Person
from website import db
from website.logs import OneLine

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src": "'none'", "style-src": "'self'", "img-src": "'self' data:",
    "font-src": "'self'", "connect-src": "'self'", "manifest-src": "'self'",
    "worker-src": "'self'", "base-uri": "'none'", "form-action": "'self'",
    "frame-ancestors": "'none'", "require-trusted-types-for": "'script'",
    "trusted-types": "octavo",
}  # fmt: skip
_INSIDES = re.compile(
    r"Traceback|File &#34;|\.py\b|sqlalchemy|sqlite|psycopg|werkzeug|SELECT |INSERT |UPDATE ", re.I
)


def policy(answer: TestResponse) -> dict[str, str]:
    """The directives of an answer's Content-Security-Policy."""
    parts = answer.headers["Content-Security-Policy"].split(";")
    return {name: value for name, _, value in (part.strip().partition(" ") for part in parts)}


def nonce(answer: TestResponse) -> str | None:
    found = re.fullmatch(r"'self'(?: 'nonce-([\w-]{20,})')?", policy(answer)["script-src"])
    assert found, policy(answer)
    return found[1]


def secure(answer: TestResponse) -> TestResponse:
    """The same answer, after a look at the headers that every one has."""
    for name, value in HEADERS.items():
        assert answer.headers.getlist(name) == [value], name
    directives = policy(answer)
    assert {name: value for name, value in directives.items() if name != "script-src"} == POLICY
    nonce(answer)
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    assert re.fullmatch(r"[0-9a-z]{12}", answer.headers["X-Request-Id"])
    assert "Server" not in answer.headers
    assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118
    return answer


def refused(answer: TestResponse, status: int) -> TestResponse:
    """The same answer, after a look that it refuses with this status as a page should."""
    assert answer.status_code == status, (answer.status, answer.text[:2000])
    secure(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not _INSIDES.search(answer.text), answer.text
    return answer


class Log:
    """What the site logged during a test."""

    def __init__(self, caplog: Any) -> None:
        self._caplog = caplog

    @property
    def events(self) -> list[str]:
        """The names of the events, without the line that each request leaves."""
        names = [record.getMessage() for record in self._of_the_site()]
        return [name for name in names if name != "request"]

    def fields(self, name: str) -> list[dict[str, Any]]:
        return [record.fields for record in self._of_the_site() if record.getMessage() == name]

    @property
    def lines(self) -> list[str]:
        """Every line of any logger, as the server writes it."""
        return [OneLine().format(record) for record in self._caplog.records]

    def clear(self) -> None:
        self._caplog.clear()

    def _of_the_site(self) -> list[Any]:
        return [record for record in self._caplog.records if record.name == "website"]


def everything(person: Person) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the database but the counts of tries: to see that nothing has changed."""
    tables = [table for table in db.metadata.sorted_tables if table.name != "throttle"]
    with person.app.app_context(), db.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in tables
        }


Unchanged = Callable[[], None]
