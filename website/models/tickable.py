"""A task's box is ticked in the rendered note: one character of its text becomes another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from patiencediff import PatienceSequenceMatcher

from website.models.versioned import Versioned
from website.text.markdown.tasks import Task, tasks, ticked


class TaskGone(Exception):
    """The task was changed elsewhere meanwhile, or there never was one of that number."""


class Tickable(Versioned):
    def tick(self, number: int, version: int, *, done: bool) -> int:
        """Tick or clear a box, counted from 0 as it is drawn in this version of the note.

        If the note was saved meanwhile, the same line is looked for in it as it is now; that the
        box there is ticked or not does not make it another. Returns the version in which the boxes
        are counted as in the one that was given. Raises TaskGone.
        """
        is_newest = version == self.version
        base = self.content if is_newest else self.content_at(version)
        boxes = [] if base is None else tasks(base.body)
        if base is None or not 0 <= number < len(boxes):
            raise TaskGone(number)
        task = boxes[number] if is_newest else self._now(base.body, boxes, number)
        if task is None:
            raise TaskGone(number)
        text = ticked(self.body, task, done=done)
        self.save(replace(self.content, body=text), self.version)
        return self.version if is_newest else version

    def _now(self, before: str, boxes: list[Task | None], number: int) -> Task | None:
        """The task as it stands in the text of now, None if it does not."""
        task = boxes[number]
        if task is None:
            return None
        found = [task for task in tasks(self.body) if task is not None]
        was, lines = _lines(before, boxes), _lines(self.body, found)
        line, column = _at(was, task.place)
        for begin, now, length in PatienceSequenceMatcher(None, was, lines).get_matching_blocks():
            if begin <= line < begin + length:
                place = sum(map(len, lines[: now + line - begin])) + column
                return next((task for task in found if task.place == place), None)
        return None


def _lines(body: str, boxes: Sequence[Task | None]) -> list[bytes]:
    """The lines of a text with every box empty."""
    text = bytearray(body.encode())
    for task in boxes:
        if task is not None:
            text[task.place] = ord(" ")
    return bytes(text).splitlines(keepends=True)


def _at(lines: list[bytes], place: int) -> tuple[int, int]:
    """The line that a place is in, and the place in it."""
    for number, line in enumerate(lines):
        if place < len(line):
            return number, place
        place -= len(line)
    raise AssertionError("a place beyond the text")
