"""`flask jobs`: what has run out goes, what has not stays."""

from datetime import timedelta

import time_machine
from flask.testing import FlaskCliRunner

from tests.people import Browser, Person
from website.database import now


def test_only_what_has_run_out_goes(runner: FlaskCliRunner, alice: Person, client: Browser) -> None:
    runner.invoke(args=["users", "reset-password", alice.email])
    client.submit("/log-in", {"email": alice.email, "password": "a wrong password"})
    first = runner.invoke(args=["jobs"])
    assert (first.exit_code, first.output.count("\n0 ") + first.output.startswith("0 ")) == (0, 3)
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        output = runner.invoke(args=["jobs"]).output
    assert "1 sessions" in output
    assert "1 password links" in output
    assert "2 counts of tries" in output
