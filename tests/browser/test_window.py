"""Someone writes while the database is changed: a kind page, and then their note again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site, Visits
from tests.browser.pages import press, write
from tests.browser.test_drafts import KEPT, drafts, state, typed
from tests.databases import Sqlite
from tests.release.conftest import COLOUR, MODEL, NO_COLOUR
from tests.release.conftest import Site as Release

# Long enough to be seen, as a table of a million notes would be; an empty one is quick.
SLOW = f"""
{COLOUR}
if op.get_bind().scalar(sa.text("SELECT count(*) FROM note")):
    __import__("time").sleep(5)
"""


@pytest.fixture
def changing_site(sqlite: Sqlite, tmp_path: Path) -> Iterator[Site]:
    """A site of its own, whose database this test migrates."""
    with sqlite.copy() as url:
        site = Site.on(url, tmp_path / "log")
        yield site
        site.close()


def test_who_saves_in_the_maintenance_window_reads_why_and_saves_afterwards(
    visits: Visits, changing_site: Site, tmp_path: Path, scripted: bool
) -> None:
    # The last page may still ask whether the text of the save is kept when the site ends.
    visits.expected += ["503", "ERR_CONNECTION_REFUSED"]
    release = Release(tmp_path, changing_site.server.settings["DATABASE_URL"])
    release.add("colour", SLOW, NO_COLOUR, declared='phase = "expand"')
    release.append("note", MODEL)
    person = changing_site.enrol()
    page = visits.open(person, at=changing_site, java_script_enabled=scripted)
    note = write(page, "Rye", "Flour\n")
    page.goto(f"{note}/edit")
    page.get_by_role("textbox", name="Text").fill("Flour, water, salt\n")
    command = ("-m", "flask", "release", "apply", "--no-rehearsal", "a test")
    with release.start(*command) as process:
        assert process.stderr
        assert any("migrate" in line for line in process.stderr)
        with page.expect_response(note) as answer:
            press(page, "Save")
        assert answer.value.status == 503
        expect(page.get_by_text("closed for maintenance")).to_be_visible()
        typed = page.get_by_role("textbox", name="Text")
        expect(typed).to_have_value("Flour, water, salt\n")
        assert process.poll() is None, "the window is still open"
        process.communicate(timeout=60)
    assert process.returncode == 0
    press(page, "Save")
    expect(page).to_have_url(note)
    expect(page.get_by_text("Flour, water, salt")).to_be_visible()


def test_a_draft_and_an_open_editor_outlive_an_upgrade(
    visits: Visits, changing_site: Site, tmp_path: Path
) -> None:
    """memos 2207: an upgrade dropped the draft."""
    url = changing_site.server.settings["DATABASE_URL"]
    release = Release(tmp_path, url)
    release.add("colour", COLOUR, NO_COLOUR, declared='phase = "expand"')
    release.append("note", MODEL)
    person = changing_site.enrol()
    page = visits.open(person, at=changing_site)
    visits.expected.append("ERR_CONNECTION_REFUSED|503")
    page.goto("/notes/new")
    typed(page, "before")
    expect(state(page)).to_have_text(KEPT)
    changing_site.server.stop()
    typed(page, ", meanwhile")
    assert release.release("apply", "--no-rehearsal", "a test").status == 0
    assert drafts(person) == ["before"]
    changing_site.server.start()
    typed(page, ", after")
    expect(state(page)).to_have_text(KEPT)
    assert drafts(person) == ["before, meanwhile, after"]
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("before, meanwhile, after")
