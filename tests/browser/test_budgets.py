"""How much travels: gzipped, as the real server sends it, for the largest page there is."""

import gzip
import json

import pytest
from playwright.sync_api import Page, Response

from tests.browser.conftest import Site
from tests.people import Person

KB = 1024


@pytest.fixture
def fifty_rows(site: Site, person: Person) -> None:
    made = site.app.test_cli_runner().invoke(
        args=["seed", "--user", person.email, "--notes", "60", "--seed", "1"]
    )
    assert made.exit_code == 0, made.output


def visit(page: Page, address: str) -> dict[str, int]:
    """Go there; the gzipped bytes of everything that came, by the end of its address."""
    answers: list[Response] = []

    def came(answer: Response) -> None:
        answers.append(answer)

    page.on("response", came)
    page.goto(address, wait_until="networkidle")
    page.remove_listener("response", came)
    return {answer.url.rpartition("/")[2]: _weight(answer) for answer in answers}


def _weight(answer: Response) -> int:
    if answer.headers.get("content-encoding") == "gzip":
        return int(answer.request.sizes()["responseBodySize"])
    return len(gzip.compress(answer.body()))


def sent_files(site: Site) -> int:
    """How many static files the server has sent so far."""
    lines = [line for line in site.server.said().splitlines() if line.startswith("{")]
    return sum(json.loads(line).get("route") == "/static/<path:name>" for line in lines)


@pytest.mark.usefixtures("fifty_rows")
def test_a_list_of_fifty_notes_keeps_to_its_budget_first_and_again(page: Page, site: Site) -> None:
    first = visit(page, "/notes")
    assert page.get_by_role("main").get_by_role("listitem").count() == 50
    assert first["notes"] <= 15 * KB, first
    assert sum(first.values()) <= 40 * KB, first
    sent = sent_files(site)
    again = visit(page, "/notes")
    assert sent_files(site) == sent, "a static file was asked for again"
    assert again["notes"] <= 15 * KB, again


def test_styles_scripts_and_icons_keep_to_their_budgets(page: Page) -> None:
    shared = visit(page, "/notes")
    came = visit(page, "/notes/new")

    def weight(start: str, end: str) -> int:
        found = [came[name] for name in came if name.startswith(start) and name.endswith(end)]
        assert found, (start, end, came)
        return sum(found)

    assert weight("", ".css") <= 12 * KB, came
    of_all = {name: size for name, size in shared.items() if name.endswith(".js")}
    of_the_editor = {
        name: size for name, size in came.items() if name.endswith(".js") and name not in of_all
    }
    assert 0 < sum(of_all.values()) <= 5 * KB, of_all
    assert 0 < sum(of_the_editor.values()) <= 8 * KB, of_the_editor
    assert weight("icons.", ".svg") <= 3 * KB, came
