"""Tries are counted before they are made, and none slips between."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from website import db
from website.models.throttle import Limit, Throttle, TooManyTries

THREE = Limit("test", 3, timedelta(minutes=10))


def test_the_fourth_try_is_refused_until_the_window_ends(app: Flask) -> None:
    with app.app_context(), time_machine.travel("2026-01-01T00:00Z", tick=False) as clock:
        for _ in range(3):
            Throttle.reserve(THREE, "someone")
        with pytest.raises(TooManyTries) as refused:
            Throttle.reserve(THREE, "someone")
        assert 590 < refused.value.seconds <= 601
        Throttle.reserve(THREE, "another")
        clock.shift(601)
        Throttle.reserve(THREE, "someone")


def test_a_try_that_is_given_back_does_not_count(app: Flask) -> None:
    with app.app_context():
        for _ in range(10):
            Throttle.reserve(THREE, "someone")
            Throttle.give_back(THREE, "someone")
            db.session.commit()


def test_counts_that_ran_out_are_swept(app: Flask) -> None:
    with app.app_context(), time_machine.travel("2026-01-01T00:00Z", tick=False) as clock:
        Throttle.reserve(THREE, "someone")
        assert Throttle.sweep() == 0
        db.session.rollback()
        clock.shift(601)
        assert Throttle.sweep() == 1
