"""The application's own code, asked on a migrated copy of its own data."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import Context
from functools import partial

from flask.testing import FlaskClient
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from website.release.dialects import Database
from website.release.errors import RehearsalNeeded
from website.release.site import Site, Smoke


def ask(site: Site, copy: Database) -> None:
    """Send the application's smoke requests to itself on the copy; raises RehearsalNeeded.

    Without any of its own, its front page must not be an error.
    """
    with _on(site, copy), _quietly():
        for name, smoke in (site.smoke or {"the front page": _front_page}).items():
            # In a context of its own: the command's would be taken for the request's.
            wrong = Context().run(partial(_ask, site, smoke))
            if wrong:
                raise RehearsalNeeded(f"On the migrated copy {name} failed: {' '.join(wrong)}")


def _ask(site: Site, smoke: Smoke) -> list[str]:
    with site.app.test_client() as client:
        return list(smoke(client))


def _front_page(client: FlaskClient) -> Iterable[str]:
    answer = client.get("/", base_url=client.application.config.get("PUBLIC_URL"))
    if answer.status_code >= 500:
        yield f"it answered {answer.status}."


@contextmanager
def _quietly() -> Iterator[None]:
    """The application logs what it was asked: not here, where nobody asked it."""
    before = logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def _on(site: Site, copy: Database) -> Iterator[None]:
    """The application on the copy, in this process alone."""
    engine = create_engine(copy.url, poolclass=NullPool, hide_parameters=True)
    if site.prepare is not None:
        site.prepare(engine)
    engines = site.engines
    own, engines[None] = engines[None], engine
    try:
        yield
    finally:
        engines[None] = own
        engine.dispose()
