"""How `flask db` runs revisions: with a lock, a backup and a census, and all of them or none."""

from alembic import context

from website.release.environment import run

run(context)
