"""The site is closed while its database is changed, on every machine, and says so kindly."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.engine import Connection
from werkzeug.exceptions import ServiceUnavailable

from website.release.errors import NotRestored, Unreachable, told
from website.release.site import Site

RETRY_SECONDS = 10  # after which it is worth asking again


class Closed(ServiceUnavailable):
    """503: the site is closed for a while, and nothing that was sent is lost by asking again."""

    event = "maintenance"

    def __init__(self) -> None:
        super().__init__(
            "The site is closed for maintenance. Try again shortly: nothing you wrote is lost.",
            retry_after=RETRY_SECONDS,
        )


def status(site: Site, connection: Connection | None = None) -> dict[str, Any] | None:
    """Since when, by whom and why the site is closed; None if it is open."""
    return site.database.maintenance(connection)


def close(site: Site, why: str, *, by: str = "hand") -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    site.database.set_maintenance({"since": now, "why": why, "by": by})


def reopen(site: Site) -> None:
    site.database.set_maintenance(None)


@contextmanager
def closed(site: Site, why: str) -> Iterator[None]:
    """Closed meanwhile; open again afterwards, unless a person had closed it, or a database that
    could not be restored must not be written to."""
    if status(site) is None:
        close(site, why, by="release")
    try:
        yield
    except NotRestored:
        with suppress(Exception):  # it is closed; why, a full disk may keep us from writing
            if _ours(site):
                close(site, "The database could not be restored.", by="restore")
        raise
    except BaseException as error:
        try:
            _open_again(site)
        except Exception as second:
            raise Unreachable(
                f"{told(error)} The site is still closed: {second}. Then type: flask release apply"
            ) from error
        raise
    _open_again(site)


def _ours(site: Site) -> bool:
    """Not closed by a person, before or meanwhile."""
    mark = status(site)
    return mark is not None and mark.get("by") in {"release", "restore"}


def _open_again(site: Site) -> None:
    # What a release that was killed has closed, the next one opens.
    if _ours(site):
        reopen(site)
