"""Saved searches: kept once, followed, forgotten, and nobody else's."""

import re

from tests.people import Person
from website.models.saved_search import MAX_SAVED


def saved(person: Person) -> list[str]:
    answer = person.client.get("/searches", headers={"Accept": "application/json"})
    return list(answer.json["searches"])


def test_a_search_is_saved_followed_and_forgotten_with_undo(alice: Person, bob: Person) -> None:
    note = alice.write("Lake", "a boat")
    typed = 'boat -"tag x" has:link or "50 %"'
    page = alice.client.get("/notes", query_string={"q": typed}).text
    assert 'action="/searches"' in page
    for _twice in range(2):
        done = alice.client.submit("/searches", {"q": f" {typed} "})
        assert done.status_code == 303
    assert "Saved." in alice.client.get(done.location).text
    alice.client.submit("/searches", {"q": "boat"})
    assert saved(alice) == ["boat", typed]
    assert saved(bob) == []
    page = alice.client.get("/searches").text
    assert note in alice.client.get(re.findall(r'href="(/notes\?q=boat)"', page)[0]).text
    first, second = re.findall(r'action="(/searches/\w{26}/forget)"', page)
    assert bob.client.submit(first).status_code == 404
    assert alice.client.submit(first).status_code == 303
    assert alice.client.submit(first).status_code == 404
    assert saved(alice) == [typed]
    (undo,) = re.findall(r'action="(/searches\?q=[^"]+)"', alice.client.get("/searches").text)
    assert alice.client.submit(undo).status_code == 303
    assert saved(alice) == ["boat", typed]
    assert alice.client.submit(second).status_code == 303


def test_nothing_is_no_search_and_a_long_one_is_cut_where_it_is_read(alice: Person) -> None:
    assert alice.client.submit("/searches", {"q": "  "}).status_code == 400
    assert alice.client.submit("/searches").status_code == 400
    alice.client.submit("/searches", {"q": "日" * 5_000})
    assert saved(alice) == ["日" * 1_000]
    (forget,) = re.findall(
        r'action="(/searches/\w{26}/forget)"', alice.client.get("/searches").text
    )
    assert alice.client.submit(forget).status_code == 303
    assert "That search is forgotten." in alice.client.get("/searches").text
    varied = "".join(map(chr, range(0x4E00, 0x4E00 + 1_000)))
    assert alice.client.submit("/searches", {"q": varied}).status_code == 303
    assert alice.client.submit("/searches?q=a%00b").status_code == 303
    assert saved(alice) == ["a b", varied]


def test_a_person_has_at_most_a_hundred(alice: Person) -> None:
    for number in range(MAX_SAVED + 1):
        alice.client.submit("/searches", {"q": f"word {number}"})
    assert len(saved(alice)) == MAX_SAVED
    page = alice.client.get("/searches").text
    assert "which is the limit" in page
    assert alice.client.submit("/searches", {"q": "word 7"}).location.startswith("/notes?q=")
