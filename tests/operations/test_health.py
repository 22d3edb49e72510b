"""What a monitor asks."""

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.people import Browser


def test_health_asks_no_database(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(app.extensions["release_gate"], "problem", broken)
    assert (client.get("/health").status_code, client.get("/health").text) == (200, "ok\n")
    answer = client.get("/ready")
    assert (answer.status_code, answer.text) == (503, "The database does not answer.\n")


def test_ready_when_the_schema_is_the_code_s(client: Browser) -> None:
    assert (client.get("/ready").status_code, client.get("/ready").text) == (200, "ready\n")


def test_a_balancer_may_ask_by_any_name(client: Browser) -> None:
    for page in ("/health", "/ready"):
        assert client.get(page, headers={"Host": "10.1.2.3:5000"}).status_code == 200
