"""Every attack of the catalogue is answered by a test, or waits for a part that it names."""

import pytest

from tests.site.attacks import ROWS, catalogue, marked, waiting_lines

# What there is an attack's target for today: none of these may do with waiting.
NOW = [
    1, 2, 3, 6, 8, 11, 12, 17, 18, 19, 20, 21, 24, 25, 26, 27, 28, 29, 50, 51, 52, 53, 54, 55, 56,
    60, 63, 64, 65, 66, 71, 72, 73, 74, 76, 77, 79, 81, 91, 105, 106, 108, 109, 110, 111, 112,
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_tested_or_waits_for_something(row: int) -> None:
    waits = any(row in part["rows"] for part in catalogue()["waiting"])
    tested = row in catalogue()["tested"]
    assert tested or waits, "it is in neither list of attacks.toml"
    if tested or row in NOW:
        assert row in marked(), f"no test carries @pytest.mark.attack({row})"


def test_the_list_names_every_row_that_a_test_carries() -> None:
    assert set(marked()) == set(catalogue()["tested"])
    assert set(NOW) <= set(catalogue()["tested"])


def test_a_row_waits_for_a_part_that_has_a_name() -> None:
    named = [part["for"] for part in catalogue()["waiting"]]
    assert len(named) == len(set(named))
    for part in catalogue()["waiting"]:
        assert set(part["rows"]) <= set(ROWS)
        assert len(part["for"]) > 10
    assert len(waiting_lines()) == len(named)
    assert all(":" in line for line in waiting_lines())
