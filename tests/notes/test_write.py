"""Writing a note and reading it again."""

from tests.people import Browser, Person, text_of


def test_a_person_signs_up_writes_a_note_reads_it_and_logs_out(client: Browser) -> None:
    answer = client.submit(
        "/sign-up", {"email": "Ada@Example.org", "password": "an engine that weaves algebra"}
    )
    assert (answer.status_code, answer.location) == (303, "/notes")
    assert "Welcome to Octavo" in client.get("/notes").text

    made = client.submit(
        "/notes", {"title": "Jacquard", "body": "It *weaves*.", "tags": "looms", "key": "k1"}
    )
    assert made.status_code == 303
    page = client.get(made.location)
    assert "<em>weaves</em>" in page.text
    assert "looms" in page.text

    assert client.submit("/log-out").status_code == 303
    assert client.get(made.location).status_code == 303


def test_the_same_key_twice_is_one_note(alice: Person) -> None:
    form = {"title": "Once", "body": "only", "tags": "", "key": "a-random-key"}
    first = alice.client.submit("/notes", form)
    second = alice.client.submit("/notes", form)
    assert first.location == second.location
    assert text_of(alice.client.get("/notes")).count("Once") == 1
