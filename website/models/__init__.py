"""What the site remembers, and its rules. Models are handed values; they raise or return."""

from website.models.bulk_change import BulkChange, ChangedNote
from website.models.draft import Draft
from website.models.findable import Findable
from website.models.link import Link
from website.models.note import Note
from website.models.password_link import PasswordLink
from website.models.rendering import Rendering
from website.models.saved_search import SavedSearch
from website.models.session import Session
from website.models.tag import Tag
from website.models.throttle import Throttle
from website.models.user import User
from website.models.version import Version

__all__ = [
    "BulkChange",
    "ChangedNote",
    "Draft",
    "Findable",
    "Link",
    "Note",
    "PasswordLink",
    "Rendering",
    "SavedSearch",
    "Session",
    "Tag",
    "Throttle",
    "User",
    "Version",
]
