"""What the index is made of: the runs of up to three signs in each word of a text, as numbers."""

from collections.abc import Iterable
from zlib import crc32

LENGTH = 3
MAX_ASKED = 16  # runs of one word that are looked up; the text itself is compared in any case


def of_note(user_id: int, title: str, text: str) -> set[int]:
    """The numbers, below 2 ** 32, under which a person's note is found; both texts are folded.

    They are this person's alone, so that nobody's search reads what is of others. What a note is
    called has numbers of its own. Two runs may share a number: the index gives what may be found,
    never what is.
    """
    seeds = _seeds(user_id)
    return _numbers(_grams(title), seeds[0]) | _numbers(_grams(f"{title} {text}"), seeds[1])


def of_words(user_id: int, words: str, *, in_title: bool, sparsely: bool = False) -> list[int]:
    """The numbers of every note in which these words occur, folded; sparsely, of no more runs than
    have all the signs of a word."""
    found: dict[str, None] = {}
    for word in words.split(" "):
        last = max(len(word) - LENGTH, 0)
        places = [*range(0, last, LENGTH if sparsely else 1), last]
        if len(places) > MAX_ASKED:
            places = [last * at // (MAX_ASKED - 1) for at in range(MAX_ASKED)]
        found |= dict.fromkeys(word[at : at + LENGTH] for at in places)
    return sorted(_numbers(found, _seeds(user_id)[not in_title]))


def _grams(text: str) -> set[str]:
    words = " ".join(dict.fromkeys(text.split(" ")))  # each word once
    second, third = words[1:], words[2:]
    found = {*words, *map("".join, zip(words, second, strict=False))}
    found.update(map("".join, zip(words, second, third, strict=False)))
    return {gram for gram in found if " " not in gram}


def _numbers(grams: Iterable[str], seed: int) -> set[int]:
    return {crc32(gram.encode("utf-8", "surrogatepass"), seed) for gram in grams}


def _seeds(user_id: int) -> tuple[int, int]:
    return crc32(b"title %d" % user_id), crc32(b"text %d" % user_id)
