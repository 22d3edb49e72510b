"""The site is closed while its database is changed, kindly, on every machine, and opens again."""

import threading
from time import perf_counter

import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url

from tests.databases import make_app
from tests.people import Person, text_of
from tests.release.conftest import COLOUR, NO_COLOUR, Site
from website import db
from website.release.dialects import database_at
from website.release.gate import Gate


@pytest.fixture
def gate(app: Flask) -> Gate:
    gate: Gate = app.extensions["release_gate"]
    gate.recheck_seconds = 0
    return gate


def test_a_closed_site_says_so_kindly_and_keeps_what_was_being_typed(
    site: Site, alice: Person, gate: Gate
) -> None:
    note = alice.write("Rye", "Flour")
    assert site.here("maintenance", "on", "--reason", "more room").status == 0
    said = site.here("maintenance", "status")
    assert "on since" in said.said
    assert "more room" in said.said
    for address in ("/notes", f"/notes/{note}", "/log-in", "/nowhere"):
        page = alice.client.get(address)
        assert page.status_code == 503
        assert int(page.headers["Retry-After"]) > 0
        assert "closed for maintenance" in text_of(page)
    assert alice.client.get("/health").status_code == 200
    assert alice.client.get("/static/site.css").status_code == 200
    ready = alice.client.get("/ready")
    assert (ready.status_code, ready.text) == (503, "The site is closed for maintenance.\n")
    form = {"title": "Rye", "body": "Flour, water and salt", "tags": "", "version": "1"}
    answer = alice.client.submit(f"/notes/{note}", form)
    assert answer.status_code == 503
    assert "Flour, water and salt" in answer.text
    assert site.here("maintenance", "off").said == "off: the site is open\n"
    assert alice.client.submit(f"/notes/{note}", form).status_code == 303
    kept = alice.note(note)
    assert kept is not None
    assert kept.body == "Flour, water and salt"


def test_every_process_sees_it_and_it_survives_a_restart(site: Site) -> None:
    site.here("maintenance", "on")
    for _ in range(2):
        another = make_app(site.url)
        assert another.test_client().get("/log-in").status_code == 503
        with another.app_context():
            db.engine.dispose()
    site.here("maintenance", "off")


def test_a_person_who_closed_the_site_opens_it_and_no_release_does(site: Site) -> None:
    site.add_colour()
    site.here("maintenance", "on", "--reason", "the disk is moved")
    done = site.release("apply", "--no-rehearsal", "a test")
    assert done.status == 0, done.complained
    mark = database_at(make_url(site.url)).maintenance()
    assert mark is not None
    assert mark["why"] == "the disk is moved"


def test_the_mark_survives_a_restore(site: Site) -> None:
    file = site.here("backup", "--json").facts["file"]
    site.here("maintenance", "on")
    assert site.here("restore", file, "--yes").status == 0
    assert "on since" in site.here("maintenance", "status").said
    site.here("maintenance", "off")
    file = site.here("backup", "--json").facts["file"]
    assert site.here("restore", file, "--yes").status == 0
    assert site.here("maintenance", "status").said == "off: the site is open\n"


@pytest.mark.parametrize(
    ("phase", "lets_in"), [('phase = "expand"', True), ("", False)], ids=["expand", "no phase"]
)
def test_the_code_before_goes_on_only_after_a_revision_that_says_so(
    phase: str, lets_in: bool, site: Site, alice: Person, gate: Gate
) -> None:
    """Zero downtime: the old code, which knows nothing of the new column, still writes notes."""
    site.add_colour().unlink()
    revision = site.add("colour", COLOUR, NO_COLOUR, declared=phase)
    applied = site.release("apply", "--no-rehearsal", "a test")
    assert applied.status == 0, applied.complained
    revision.unlink()  # in this folder is the code before, too, and it is started again
    assert site.release("apply", "--rehearse").status == (0 if lets_in else 6)
    page = alice.client.get("/notes")
    assert page.status_code == (200 if lets_in else 503)
    assert alice.client.get("/ready").status_code == page.status_code
    if lets_in:
        note = alice.write("Old", "written by the code before")
        assert "written by the code before" in alice.client.get(f"/notes/{note}").text
    else:
        assert "newer than the code" in text_of(page)


def test_a_second_revision_that_says_nothing_shuts_out_the_code_before_both(
    site: Site, alice: Person, gate: Gate
) -> None:
    site.add_colour().unlink()
    site.add("colour", COLOUR, NO_COLOUR, declared='phase = "expand"')
    assert site.release("apply", "--no-rehearsal", "a test").status == 0
    assert alice.client.get("/notes").status_code == 200
    site.append("note", '\nNote.size = _new_column("size", String(20))\n')
    site.add("size", 'op.add_column("note", sa.Column("size", sa.String(20)))',
             'op.drop_column("note", "size")')  # fmt: skip
    assert site.release("apply", "--no-rehearsal", "a test").status == 0
    assert alice.client.get("/notes").status_code == 503


@pytest.mark.postgresql_only
def test_on_postgresql_a_migration_waits_for_a_reader_and_no_other_reader_waits_long(
    site: Site,
) -> None:
    site.add_colour()
    engine = create_engine(site.url)
    worst = 0.0
    with engine.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM note").scalar()  # and keeps its lock
        with site.start("-m", "flask", "release", "apply", "--no-rehearsal", "a test") as process:
            threading.Timer(6, reader.rollback).start()
            while process.poll() is None:
                with engine.connect() as other:
                    begun = perf_counter()
                    other.exec_driver_sql("SELECT count(*) FROM note").scalar()
                    worst = max(worst, perf_counter() - begun)
            complained = process.communicate()[1]
    engine.dispose()
    assert process.returncode == 0, complained
    assert worst < 5, "a reader waits for a lock of two seconds, not for the whole migration"


CONCURRENTLY = """
with op.get_context().autocommit_block():
    op.create_index("ix_note_title", "note", ["title"], postgresql_concurrently=True)
"""
INDEX = """

from sqlalchemy import Index as _Index
_Index("ix_note_title", Note.title)
"""


def test_a_revision_that_builds_an_index_concurrently_is_applied(site: Site) -> None:
    site.append("note", INDEX)
    site.add("title_index", CONCURRENTLY, 'op.drop_index("ix_note_title", "note")')
    assert site.release("rehearse").status == 0
    done = site.release("apply")
    assert done.status == 0, done.complained
    assert site.release("verify").status == 0


def test_what_fails_after_an_index_was_built_concurrently_is_put_back(site: Site) -> None:
    site.append("note", INDEX)
    site.add("title_index", CONCURRENTLY, 'op.drop_index("ix_note_title", "note")')
    # Only where there are notes: before the real database, an empty one is tried.
    site.add("failure", "assert not op.get_bind().scalar(sa.text('SELECT count(*) FROM note'))")
    failed = site.release("apply", "--no-rehearsal", "a test")
    sqlite = make_url(site.url).get_backend_name() == "sqlite"
    # SQLite needs no such thing, and so everything is still one transaction there.
    assert failed.status == (10 if sqlite else 11), failed.complained
    assert "_failure.py" in failed.complained
    assert len(site.release("status", "--json").facts["pending"]) == 2
    assert database_at(make_url(site.url)).maintenance() is None
