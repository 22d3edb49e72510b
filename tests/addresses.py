"""The site's addresses with something in each place: a new page is tested the day it is added."""

import re

_SAMPLES = {
    "token:token": "n" * 43, "path:name": "site.css", "version:number": "1",
    "draft:draft_id": "d" * 32, "id:change_id": "c" * 26, "id:search_id": "s" * 26,
}  # fmt: skip


def address_of(rule: str, note_id: str) -> str:
    """The rule's address for this note; a new argument needs a sample above."""
    samples = {"id:note_id": note_id, **_SAMPLES}
    return re.sub("<(.*?)>", lambda argument: samples[argument[1]], rule)
