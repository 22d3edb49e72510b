"""An account: one for each address, however it is written."""

import pytest
from flask import Flask

from website import db
from website.models import User
from website.models.user import EmailRefused, EmailTaken, normalise_email

PASSWORD = "seven pale herons over Delft"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ada@Example.ORG ", "ada@example.org"),
        ("STRASSE@example.org", "strasse@example.org"),
        ("ada@ｅxample.org", "ada@example.org"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normalise_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "ada", "ada@", "@example.org", "a b@example.org", "<a@example.org>", "a@b.c\r\nBcc: x@y.z",
     "a@example.org,b@example.org", f"{'a' * 65}@example.org", f"a@{'b' * 60}.{'c' * 250}.org",
     "a@localhost", "a@example.org\0"],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(EmailRefused):
        normalise_email(typed)


def test_a_taken_address_is_refused_in_any_spelling(app: Flask) -> None:
    with app.app_context():
        User.enrol("ada@example.org", PASSWORD)
        db.session.commit()
        with pytest.raises(EmailTaken):
            User.enrol("ADA@Example.org", PASSWORD)
        assert User.by_email("Ada@example.ORG") is not None
        assert User.by_email("not an address") is None
