"""Every setting: its name, its default, what it does. docs/settings.md is held to this table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from website.config import values


@dataclass(frozen=True)
class Setting:
    name: str
    default: str | None
    parse: Callable[[str], Any]
    meaning: str


SETTINGS = (
    Setting(
        "DATABASE_URL",
        None,
        values.database_url,
        "Where the notes are kept. Default: the SQLite file `octavo.db` in `instance/`."
        " `postgresql+psycopg://user@host/name` for PostgreSQL; a bare `postgres://` or"
        " `postgresql://` is understood. A relative SQLite path starts in `instance/`.",
    ),
    Setting(
        "SECRET_KEY",
        None,
        values.secret_key,
        "Signs cookies and links. Default: made once, kept in `instance/secret_key`, mode 0600."
        " At least 32 random characters.",
    ),
    Setting(
        "SECRET_KEY_FALLBACKS",
        "",
        values.secret_keys,
        "Earlier secret keys, separated by commas, that still verify during a rotation.",
    ),
    Setting("HOST", "127.0.0.1", values.host, "The address that the server listens on."),
    Setting("PORT", "5000", values.whole_number(1, 65535), "The port that the server listens on."),
    Setting(
        "PUBLIC_URL",
        None,
        values.public_url,
        "The address that people type; the one source of absolute links. Default: made from"
        " `HOST` and `PORT`. With https, cookies are Secure and `__Host-`, and HSTS is sent."
        " Plain http is refused unless the host is this machine.",
    ),
    Setting(
        "SIGN_UP",
        "open",
        values.one_of("open", "invite", "closed"),
        "Who may make an account: anyone (`open`), those for whom `flask users create` printed a"
        " link (`invite`), or nobody new (`closed`).",
    ),
    Setting(
        "TRUSTED_PROXIES",
        "0",
        values.whole_number(0, 10),
        "How many proxies in front are trusted to name the client's address.",
    ),
    Setting(
        "MAX_NOTE_BYTES",
        "1000000",
        values.whole_number(1000, 100_000_000),
        "The size of the longest note, in bytes of UTF-8. A request over ten times that is refused"
        " before it is read.",
    ),
    Setting(
        "WORKERS",
        "2",
        values.whole_number(1, 64),
        "How many processes `make run` serves the site with.",
    ),
    Setting(
        "THREADS", "4", values.whole_number(1, 256), "How many threads each of those processes has."
    ),
    Setting(
        "BACKUP_DIR",
        None,
        values.folder,
        "Where backups and the rehearsal's receipt are kept. Default: `backups/` in `instance/`; a"
        " relative path starts in `instance/` too.",
    ),
    Setting(
        "BACKUP_EVERY",
        "24",
        values.whole_number(0, 8760),
        "How many hours lie between two backups by `flask jobs`; 0 for none.",
    ),
    Setting(
        "BACKUP_KEEP",
        "14",
        values.whole_number(1, 10_000),
        "How many backups are kept of each kind: scheduled, by hand, before a migration.",
    ),
    Setting(
        "ALLOW_DB_UPGRADE",
        "0",
        values.yes_or_no,
        "1 lets `flask db upgrade` work where `PUBLIC_URL` is not on this machine, in place of"
        " `flask release apply`.",
    ),
    Setting(
        "MAIL_URL",
        None,
        values.not_yet("this version sends no mail yet"),
        "For mail, in a later version: refused until there is mail to send.",
    ),
    Setting(
        "REQUIRE_MFA",
        "none",
        values.one_of(
            "none",
            later=dict.fromkeys(("admins", "all"), "this version has no second factors yet"),
        ),
        "Who must have a second factor, in a later version: until then `none` is the one value.",
    ),
)
