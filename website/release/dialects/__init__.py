"""The databases that the release room knows: SQLite and PostgreSQL, behind one face."""

from sqlalchemy.engine import URL

from website.release.dialects.base import LOCK_SECONDS, Database, Progress, no_progress
from website.release.dialects.postgresql import Postgresql
from website.release.dialects.sqlite import Sqlite
from website.release.errors import WrongUse

__all__ = ["LOCK_SECONDS", "Database", "Progress", "database_at", "no_progress"]


def database_at(url: URL) -> Database:
    """The database of this address; raises WrongUse for one that no release can be made on."""
    kind = url.get_backend_name()
    if kind == "postgresql":
        if "search_path" in str(url.query.get("options", "")):
            raise WrongUse(
                "flask release works in one schema: leave search_path out of the address."
            )
        return Postgresql(url)
    if kind != "sqlite":
        raise WrongUse(f"flask release knows SQLite and PostgreSQL, and this is {kind}.")
    if url.database in {None, "", ":memory:"} or str(url.database).startswith("file:"):
        raise WrongUse("flask release needs an SQLite file, and this database is in memory.")
    return Sqlite(url)
