"""What a note is called, so that a link to it is found however it is spelt."""

from website.text.lines import heading
from website.text.tags import fold

MAX_NAME_LENGTH = 200


def name(called: str) -> str:
    """A heading, as `lines.heading` makes it, for comparing: case and width do not count."""
    return fold(called)[:MAX_NAME_LENGTH]


def name_of_link(title: str) -> str:
    """The name of the note that `[[title]]` means."""
    return name(heading(title, ""))
