"""Text as it is looked for: case, accents, width and invisible signs do not count."""

import unicodedata

# Raised when the same text folds to another; what was kept with another number is made anew.
FOLDING = 1

# Letters that Unicode does not take apart, and people type without their stroke.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe",
     "þ": "th"}
)  # fmt: skip
# Joins letters, and is not seen.
_JOINER = "\u034f"


class _Folds(dict[int, str]):
    """What each character folds to, found when it is first met. Characters fold one by one, so that
    a part of a text folds to a part of what the text folds to."""

    def __missing__(self, code: int) -> str:
        if len(self) > 50_000:  # a text of every sign there is
            self.clear()
        apart = unicodedata.normalize("NFKD", chr(code))
        apart = unicodedata.normalize("NFKD", apart.casefold()).translate(_PLAIN)
        folded = self[code] = "".join(sign for sign in apart if _counts(sign))
        return folded


def _counts(sign: str) -> bool:
    """Accents above and below, the points of Hebrew and Arabic, and the dot below a letter of
    Hindi do not count.

    What else combines does: it is a vowel in Thai, takes one away in Hindi, makes another letter
    in Japanese.
    """
    place = unicodedata.combining(sign)
    if place >= 200 or place == 7 or 10 <= place <= 36:  # Unicode's canonical combining classes
        return False
    if sign == _JOINER or unicodedata.category(sign) == "Cf":
        return False
    return "VARIATION SELECTOR" not in unicodedata.name(sign, "")


_folds = _Folds()


def fold_sign(sign: str) -> str:
    """What one sign folds to; nothing for one that does not count."""
    return " " if sign.isspace() else _folds[ord(sign)]


def fold_each(text: str) -> list[str]:
    """What each sign of a text folds to, as `fold_sign`, of blanks that are spaces."""
    return [*map(_folds.__getitem__, map(ord, text))]


def fold(text: str) -> str:
    """The text for comparing: folded character by character, one space for each run of blanks."""
    return " ".join((text.lower() if text.isascii() else text.translate(_folds)).split())
