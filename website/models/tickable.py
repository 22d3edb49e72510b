"""A task's box is ticked in the rendered note: one character of its text becomes another."""

from __future__ import annotations

from dataclasses import replace

from patiencediff import PatienceSequenceMatcher

from website.models.versioned import Versioned
from website.text.markdown.tasks import Task, tasks, ticked


class TaskGone(Exception):
    """The task was changed elsewhere meanwhile, or there never was one of that number."""


class Tickable(Versioned):
    def tick(self, number: int, version: int, *, done: bool) -> None:
        """Tick or clear a box, counted from 0 as it is drawn in this version of the note.

        If the note was saved meanwhile, the same line is looked for in it as it is now; that the
        box there is ticked or not does not make it another. Raises TaskGone.
        """
        base = self.content_at(version)
        boxes = [] if base is None else tasks(base.body)
        if base is None or not 0 <= number < len(boxes):
            raise TaskGone(number)
        task = boxes[number] if version == self.version else self._now(base.body, boxes, number)
        text = ticked(self.body, task, done=done)
        self.save(replace(self.content, body=text), self.version)

    def _now(self, before: str, boxes: list[Task], number: int) -> Task:
        """The task as it stands in the text of now."""
        found = tasks(self.body)
        was, lines = _lines(before, boxes), _lines(self.body, found)
        line, column = _at(was, boxes[number].place)
        for begin, now, length in PatienceSequenceMatcher(None, was, lines).get_matching_blocks():
            if begin <= line < begin + length:
                place = sum(map(len, lines[: now + line - begin])) + column
                for task in found:
                    if task.place == place:
                        return task
        raise TaskGone(number)


def _lines(body: str, boxes: list[Task]) -> list[bytes]:
    """The lines of a text with every box empty."""
    text = bytearray(body.encode())
    for task in boxes:
        text[task.place] = ord(" ")
    return bytes(text).splitlines(keepends=True)


def _at(lines: list[bytes], place: int) -> tuple[int, int]:
    """The line that a place is in, and the place in it."""
    for number, line in enumerate(lines):
        if place < len(line):
            return number, place
        place -= len(line)
    raise AssertionError("a place beyond the text")
