"""Every page has its frame; with OCTAVO_SHOTS set, a picture of each is kept to be looked at."""

import os
import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

SHOTS = Path("/tmp/octavo-shots")
WIDTHS = (360, 768, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def test_every_page_has_one_heading_a_main_part_a_title_and_a_language(
    place: Page, request: pytest.FixtureRequest
) -> None:
    expect(place.locator("h1")).to_have_count(1)
    expect(place.get_by_role("main")).to_have_count(1)
    expect(place).to_have_title(re.compile(r"\S · Octavo$"))
    expect(place.locator("html")).to_have_attribute("lang", "en")
    if os.environ.get("OCTAVO_SHOTS"):
        take_pictures(place, request.node.callspec.params["place"])


def take_pictures(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 720})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=SHOTS / f"{name}-{width}-{scheme}.png", full_page=False)
            if width != 768:
                page.screenshot(path=SHOTS / f"{name}-{width}-{scheme}-full.png", full_page=True)
