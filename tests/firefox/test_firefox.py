"""What a person does in Firefox gives what it gives in Chromium."""

import re

import pytest

from tests.browser.conftest import Site
from tests.firefox.conftest import HERE, Firefox

SCENARIOS = re.findall(
    r'^  "(\d+ .+)": async', (HERE / "scenarios.js").read_text(encoding="utf-8"), re.M
)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_in_firefox(firefox: Firefox, site: Site, scenario: str) -> None:
    wrong = firefox.plays(scenario, site.url, site.enrol())
    if wrong is not None:
        pytest.fail(wrong, pytrace=False)
