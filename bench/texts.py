"""What it takes to merge two edits of a long note, and to render one, beside the two libraries."""

from collections.abc import Callable
from functools import partial

import comrak

from bench.prose import coded, marked, prose
from bench.report import Row, milliseconds
from bench.rounds import in_turn, interleaved, of, ratios
from website.models.content import Content
from website.text.markdown import render
from website.text.markdown.clean import clean
from website.text.markdown.draw import _extensions, _parsing, _rendering

LONG = 200_000  # characters of a note whose edits are merged
MERGED_IN = 0.1  # seconds
SHORT = 20_000  # characters of a note that is rendered
MOST = 1.5  # times the libraries alone

Edits = tuple[str, str, str]  # what there was, theirs, yours


def rows(times: int, rounds: int) -> list[Row]:
    return [*_merging(times, rounds), *_drawing(times, rounds)]


def shapes() -> dict[str, Edits]:
    """Two edits of one text, by what they look like."""
    lines = prose(LONG).split("\n")
    last = len(lines) - 1

    def edited(*at: int, by: str) -> str:
        return "\n".join(f"{line} {by}" if here in at else line for here, line in enumerate(lines))

    line = " ".join(lines)
    text = "\n".join(lines)
    middle = next(at for at in range(last // 2, last) if lines[at] and not lines[at + 1])
    short = "\n".join(text.replace("\n", " ")[: LONG // 2])
    return {
        "at the two ends": (text, edited(0, by="theirs"), edited(last - 2, by="yours")),
        "on neighbouring lines": (
            text, edited(middle, by="theirs"), edited(middle + 2, by="yours"),
        ),
        "on the same line": (text, edited(middle, by="theirs"), edited(middle, by="yours")),
        "on every tenth paragraph, of both": (
            text, edited(*range(0, last, 20), by="theirs"), edited(*range(8, last, 20), by="yours"),
        ),
        "of a single line": (line, f"theirs {line}", f"{line} yours"),
        "of 100,000 lines that are alike": (
            "x\n" * (LONG // 2), "theirs\n" + "x\n" * (LONG // 2), "x\n" * (LONG // 2) + "yours",
        ),
        "of lines of one character": (short, f"theirs\n{short}", f"{short}\nyours"),
    }  # fmt: skip


def _merging(times: int, rounds: int) -> list[Row]:
    sides = {name: partial(partial, _merged, *texts) for name, texts in shapes().items()}
    found = interleaved(rounds, {"merging": lambda: in_turn(max(times // 20, 1), sides)})["merging"]
    return [
        Row(
            f"Merging two edits of 200 KB {name}", milliseconds("merge", taken),
            f"{1000 * MERGED_IN:.0f} ms of a processor", [one / MERGED_IN for one in taken],
            at_most=1.0,
        )
        for name, taken in ((name, of(found, f"{name} processor")) for name in sides)
    ]  # fmt: skip


def _merged(base: str, theirs: str, yours: str) -> None:
    Content("", yours).merged(Content("", base), Content("", theirs))


def _drawing(times: int, rounds: int) -> list[Row]:
    found = []
    for name, source, most in (
        ("prose", prose(SHORT), MOST),
        ("headings, lists, boxes, links and tables", marked(SHORT), MOST),
        ("the same with coloured code and formulas", coded(SHORT), None),
    ):
        sides: dict[str, Callable[[], Callable[[], object]]] = {
            "render": partial(partial, render, source),
            "alone": partial(partial, _alone, source),
        }
        taken = interleaved(rounds, {name: partial(in_turn, times, sides)})[name]
        ours, alone = of(taken, "render"), of(taken, "alone")
        found.append(
            Row(
                f"Rendering 20 KB of {name}", milliseconds("render", ours),
                milliseconds("comrak and nh3 alone", alone), ratios(ours, alone), at_most=most,
            )
        )  # fmt: skip
    return found


def _alone(source: str) -> None:
    html = comrak.render_markdown(source, _extensions, _parsing, _rendering)
    clean(html)
