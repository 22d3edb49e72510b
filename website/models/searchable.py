"""A note is found from the moment it is saved, in the same transaction."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import bindparam, delete, insert
from sqlalchemy.orm import Mapped

from website.database import db
from website.models.findable import Findable
from website.models.search import grams
from website.models.search.index import dialect, take_in
from website.text.folding import FOLDING, fold
from website.text.lines import heading

_LINK = re.compile(r'<a href="(?!#)')  # not that of a heading to itself, or of a footnote
MAX_HEADING = 10_000  # of a first line that stands for a title, characters that are looked through


def findable(title: str, body: str, html: str) -> dict[str, Any]:
    """By what a note of this content is found, once it has been taken into the index."""
    return {
        "indexed": False,
        "folding": FOLDING,
        "has_task": '<input type="checkbox"' in html,
        "has_link": _LINK.search(html) is not None,
        "title": fold(heading(title, body, limit=MAX_HEADING)),
        "text": fold(body),
    }


class Searchable:
    id: Mapped[int]
    user_id: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    version: Mapped[int]

    def keep_findable(self, html: str) -> None:
        """Be found by what the note says now; before all that was saved earlier, if it is new."""
        values = findable(self.title, self.body, html) | {
            "note_id": self.id,
            "user_id": self.user_id,
            "version": self.version,
        }
        kept = self.be_lost()
        if kept is not None and kept.version == self.version:
            values["id"] = kept.id
        db.session.execute(_new, values)
        if kept is None or kept.indexed:  # one more waits
            take_in(self.user_id)

    def be_lost(self) -> Any:
        """Be found no more; before a note is deleted, or kept anew. Returns by what it was."""
        kept = db.session.execute(_lost, {"note_id": self.id}).one_or_none()
        if kept is not None and kept.indexed:
            dialect().remove(kept.id, grams.of_note(self.user_id, kept.title, kept.text))
        return kept


# Built once: building them for each save would cost more than running them.
_table: Any = Findable.__table__
_new = insert(_table)
_lost = (
    delete(_table)
    .where(_table.c.note_id == bindparam("note_id"))
    .returning(*(_table.c[name] for name in ("id", "version", "indexed", "title", "text")))
)
