"""A database of people's notes, a million or fewer: the same, however often it is made."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

PEOPLE = 100  # of whom the first has a tenth of all notes
_TAGS = 5  # that each of them has
_WORDS = """
    the of and to in for with that was from water garden letter meeting bread winter station paper
    blue measure again window recipe Tuesday mountain engine harbour question answer machine copper
    violin budget lantern invoice river seldom quickly orange passport battery
"""
_NOTES = """
    INSERT INTO note (id, public_id, user_id, heading, excerpt, created_at, version, updated_at,
                      pinned, archived_at, trashed_at, title, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?)
"""


def fill(path: Path, count: int) -> None:
    """Write `count` notes into a migrated SQLite file with nothing in it: 500 bytes each."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=OFF")  # who is interrupted starts anew
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-1000000")  # ids are random: their index fits
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO user (id, email, created_at) VALUES (?, ?, '2024-01-01 00:00:00.000000')",
            ((person, f"person{person}@example.org") for person in range(1, PEOPLE + 1)),
        )
        connection.executemany(
            "INSERT INTO tag (id, user_id, name, folded) VALUES (?, ?, ?, ?)",
            (
                (_tag(person, tag), person, f"Tag {tag}", f"tag {tag}")
                for person in range(1, PEOPLE + 1)
                for tag in range(_TAGS)
            ),
        )
        connection.executemany(_NOTES, _notes(count))
        # Of every ninth note: someone has looked at it, and it has a tag.
        connection.execute(
            "INSERT INTO rendering (note_id, version, renderer, html)"
            " SELECT id, version, 1, '<p>' || body || '</p>' FROM note WHERE id % 9 = 0"
        )
        connection.execute(
            "INSERT INTO note_tag (note_id, tag_id) SELECT id, ? * (user_id - 1) + 1 + id / 9 % ?"
            " FROM note WHERE id % 9 = 0",
            (_TAGS, _TAGS),
        )
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")  # as the site has it


def _tag(person: int, tag: int) -> int:
    return _TAGS * (person - 1) + 1 + tag


def _notes(count: int) -> Iterator[tuple[object, ...]]:
    random, words = Random(1), _WORDS.split()
    prose = " ".join(random.choices(words, k=20_000))
    for number in range(1, count + 1):
        at = random.randrange(len(prose) - 600)
        body = prose[at : at + 40 + int(random.expovariate(1 / 90)) % 500]
        day = f"{2020 + number % 5}-{1 + number % 12:02}-{1 + number % 28:02}"
        moment = (
            f"{day} {number % 24:02}:{number % 60:02}:{number // 7 % 60:02}.{number % 10**6:06}"
        )
        public_id = f"{random.getrandbits(104):026x}"
        person = 1 if number % 10 == 0 else 2 + number % (PEOPLE - 1)
        title = f"{prose[at + 30 : at + 50].strip()} {number}"
        pinned = number % 1000 == 0
        yield (
            number, public_id, person, title, body[:60], moment, 1 + number % 3, moment, pinned,
            title, body,
        )  # fmt: skip


if (
    __name__ == "__main__"
):  # in a process of its own: it takes memory that ours would be counted for
    fill(Path(sys.argv[1]), int(sys.argv[2]))
