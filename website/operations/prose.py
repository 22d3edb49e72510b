"""Markdown like a person's notes, in many languages; the same Random writes the same text."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

_FENCES = {
    "python": ("{a} = {b}({n})", "for {a} in {b}:", "    print({a}, '{b}')", "    {a} += {n}"),
    "sh": ("{a} --{b}={n} > {a}.txt", "grep -r '{a}' ~/{b} | wc -l", "# {a} {b}"),
    "sql": ("SELECT {a} FROM {b} WHERE id = {n};", "DELETE FROM {a} WHERE {b} < {n};"),
    "": ("{a}: {n}", "<{a} {b}='{n}'>", "{a} -> {b} & {n}"),
}


SMALL_WORDS = 50  # how many words at the beginning of each language no title is made of


class Zipf:
    """Things of which the first is drawn most often: the one at rank r with weight 1/(r + 2.7).

    The 2.7 (Mandelbrot's) gives the first word of a language its natural share, about 7 %.
    """

    def __init__(self, things: Sequence[str]) -> None:
        self.things = things
        self.weights = list(accumulate(1 / (rank + 2.7) for rank in range(1, len(things) + 1)))

    def draw(self, random: Random, count: int) -> list[str]:
        return random.choices(self.things, cum_weights=self.weights, k=count)


@dataclass(frozen=True)
class Language:
    weight: int
    words: Zipf
    topics: Zipf  # words without the small ones, for titles and lists
    between: str = " "
    comma: str = ","
    end: str = "."


@dataclass(frozen=True)
class Vocabulary:
    languages: dict[str, Language]
    names: Zipf
    terms: Zipf
    tags: Zipf

    @classmethod
    def parse(cls, toml: str) -> Vocabulary:
        """What vocabulary.toml says; the form is described at its top."""
        read = tomllib.loads(toml)
        languages = {code: _language(**language) for code, language in read["languages"].items()}
        names = Zipf(_words(read["names"]))
        return cls(languages, names, Zipf(read["terms"]), Zipf(read["tags"]))


def _language(weight: int, words: str, **signs: str) -> Language:
    found = _words(words)
    return Language(weight, Zipf(found), Zipf(found[SMALL_WORDS:]), **signs)


def _words(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]


class Writer:
    """Writes one note after the other, each in a language of its own."""

    def __init__(self, random: Random, vocabulary: Vocabulary) -> None:
        self.random = random
        self.vocabulary = vocabulary
        self._languages = list(vocabulary.languages.values())
        self._weights = list(accumulate(language.weight for language in self._languages))
        self._blocks = (
            *(self._paragraph for _ in range(12)), *(self._section for _ in range(3)),
            *(self._bullets for _ in range(3)), self._tasks, self._tasks,
            self._steps, self._quote, self._code, self._links, self._table,
        )  # fmt: skip

    def note(self) -> tuple[str, str]:
        """Title and body. One title in three is empty; the body then begins with a line for it."""
        random = self.random
        self._language = random.choices(self._languages, cum_weights=self._weights)[0]
        # Half of the notes are shorter than 550 characters; one in two hundred is really long.
        length = int(random.lognormvariate(6.1, 0.85))
        if random.random() < 0.005:
            length = random.randrange(8_000, 25_000)
        title = self._line(1 + int(6 * random.random()))
        if random.random() >= 1 / 3:
            return title, self._body(length)
        mark = "# " if random.random() < 0.5 else ""
        return "", f"{mark}{title}\n\n{self._body(length)}"

    def tags(self) -> tuple[str, ...]:
        """None to three different tags."""
        count = (0, 0, 0, 0, 1, 1, 1, 2, 2, 3)[int(10 * self.random.random())]
        return tuple(dict.fromkeys(self.vocabulary.tags.draw(self.random, count)))

    def _body(self, length: int) -> str:
        if length < 120:
            return self._sentence()
        blocks: list[str] = []
        size = 0
        while size < length:
            blocks.append(self._blocks[int(len(self._blocks) * self.random.random())]())
            size += len(blocks[-1]) + 2
        return "\n\n".join(blocks)

    def _some(self, fewest: int, most: int) -> range:
        return range(fewest + int((most - fewest + 1) * self.random.random()))

    def _line(self, count: int) -> str:
        line = self._language.between.join(self._language.topics.draw(self.random, count))
        return line[:1].upper() + line[1:]

    def _sentence(self) -> str:
        random, language = self.random, self._language
        words = language.words.draw(random, 4 + int(12 * random.random()))
        roll = random.random()
        if roll < 0.35:
            at = int(len(words) * random.random())
            word = self._special(words[at], roll / 0.35)
            words[at] = word if language.between else f" {word} "
        elif roll < 0.6:
            words[len(words) // 2] += language.comma
        sentence = language.between.join(words).strip()
        return f"{sentence[:1].upper()}{sentence[1:]}{language.end}"

    def _special(self, word: str, roll: float) -> str:
        """Something in the word's stead that is not everyday; `roll`, below 1, says what."""
        if roll < 0.3:
            return self.vocabulary.names.draw(self.random, 1)[0]
        if roll < 0.5:
            return self._number()
        if roll < 0.65:
            return self.vocabulary.terms.draw(self.random, 1)[0]
        if roll < 0.72:
            return f"[{word}]({self._address()})"
        mark = ("**", "*", "`", "_", "~~")[int(5 * (roll - 0.72) / 0.28)]
        return f"{mark}{word}{mark}"

    def _number(self) -> str:
        """Mostly something that occurs in few notes, such as an invoice's number."""
        n = self.random.randrange(1_000_000)
        return (
            f"INV-{n:06}",
            f"{2017 + n % 9}-{1 + n % 12:02}-{1 + n % 28:02}",
            f"{n % 24}:{n % 60:02}",
            f"{n % 90_000 / 100:.2f}",
            f"#{n % 5_000}",
        )[n // 200_000]

    def _address(self) -> str:
        return f"https://example.org/{self._identifier()}/{self.random.randrange(10_000)}"

    def _identifier(self) -> str:
        words = self.vocabulary.languages["en"].topics.draw(self.random, 1)
        return words[0].replace(" ", "_")

    def _paragraph(self) -> str:
        between = " " if self._language.between else ""
        return between.join(self._sentence() for _ in self._some(1, 5))

    def _section(self) -> str:
        return f"{'#' * len(self._some(2, 3))} {self._line(3)}\n\n{self._paragraph()}"

    def _bullets(self) -> str:
        nested = self.random.random() < 0.2
        return "\n".join(
            f"{'  ' if nested and at % 3 else ''}- {self._line(1 + at * 5 % 7)}"
            for at in self._some(2, 8)
        )

    def _tasks(self) -> str:
        return "\n".join(
            f"- [{'x' if self.random.random() < 0.4 else ' '}] {self._line(4)}"
            for _ in self._some(2, 7)
        )

    def _steps(self) -> str:
        return "\n".join(f"{at + 1}. {self._sentence()}" for at in self._some(2, 6))

    def _quote(self) -> str:
        return "\n".join(f"> {self._sentence()}" for _ in self._some(1, 3))

    def _links(self) -> str:
        return "\n".join(f"- [{self._line(3)}]({self._address()})" for _ in self._some(1, 4))

    def _code(self) -> str:
        kind = self.random.choice(tuple(_FENCES))
        lines = (
            self.random.choice(_FENCES[kind]).format(
                a=self._identifier(), b=self._identifier(), n=self.random.randrange(1_000)
            )
            for _ in self._some(2, 8)
        )
        return "\n".join((f"```{kind}", *lines, "```"))

    def _table(self) -> str:
        columns = self._some(2, 4)
        rows = [[self._line(2) for _ in columns] for _ in self._some(2, 6)]
        rows[1:1] = [["---" for _ in columns]]
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)
