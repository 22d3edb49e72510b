"""The settings, read once at the start and refused there if they make no sense."""

import contextlib
import difflib
import os
import secrets
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from website.config.table import SETTINGS, Setting
from website.config.values import SettingError, database_url, is_loopback, secret_key

__all__ = ["SettingError", "is_loopback", "load"]


def environment(directory: Path) -> dict[str, str]:
    """The process environment over the `.env` file in `directory`; refuses misspelt names there."""
    from_file = {
        name: value
        for name, value in dotenv_values(directory / ".env").items()
        if value is not None
    }
    known = [setting.name for setting in SETTINGS]
    known += [f"{name}_FILE" for name in known]
    for name in from_file.keys() - set(known):
        if near := difflib.get_close_matches(name, known, n=1, cutoff=0.8):
            raise SettingError(f".env: {name} is not a setting; did you mean {near[0]}?")
    return {**from_file, **os.environ}


def read_settings(variables: Mapping[str, str], over: Mapping[str, Any]) -> dict[str, Any]:
    """Flask configuration from environment variables, with `over` (of `create_app`) on top.

    Raises SettingError with a sentence that names the setting and says what to write.
    """
    values = {setting.name: _value(setting, variables, over) for setting in SETTINGS}
    if values["PUBLIC_URL"] is None:
        host = values["HOST"]
        shown = f"[{host}]" if ":" in host else host
        if not is_loopback(host):
            raise SettingError(
                f"PUBLIC_URL: HOST={host} lets other machines in, so write the https address that"
                " people type, for example PUBLIC_URL=https://notes.example.org"
            )
        values["PUBLIC_URL"] = f"http://{shown}:{values['PORT']}"
    config = {**values, **{name: value for name, value in over.items() if name not in values}}
    public = not is_loopback(urlsplit(config["PUBLIC_URL"]).hostname)
    debug = config.get("DEBUG", variables.get("FLASK_DEBUG", "0").lower() not in {"", "0", "false"})
    if debug and (public or not is_loopback(config["HOST"])):
        raise SettingError(
            "FLASK_DEBUG: the debugger lets anyone who reaches it run code; write FLASK_DEBUG=0, or"
            " keep HOST and PUBLIC_URL on this machine"
        )
    return config


def _value(setting: Setting, variables: Mapping[str, str], over: Mapping[str, Any]) -> Any:
    text = over.get(setting.name, variables.get(setting.name))
    path = variables.get(f"{setting.name}_FILE")
    if text is None and path is not None:
        try:
            text = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(
                f"{setting.name}_FILE: cannot read {path}; write the path of a readable text file"
            ) from error
    if text is None:
        text = setting.default
    if not isinstance(text, str) or (setting.name == "SECRET_KEY" and over.get("TESTING")):
        return text
    try:
        return setting.parse(text)
    except SettingError as error:
        secret = setting.name.startswith("SECRET") or "@" in text
        shown = "" if secret else f"={text}"
        raise SettingError(f"{setting.name}{shown}: {error}") from error


def load(root: Path, instance: Path, over: Mapping[str, Any]) -> dict[str, Any]:
    """The whole configuration of one application: settings, their files, and Flask's own keys."""
    config = read_settings(environment(root), over)
    https = config["PUBLIC_URL"].startswith("https:")
    if config["SECRET_KEY"] is None:
        config["SECRET_KEY"] = kept_secret_key(instance / "secret_key")
    config["BACKUP_DIR"] = instance / (config["BACKUP_DIR"] or "backups")
    url = config.get("SQLALCHEMY_DATABASE_URI", config["DATABASE_URL"])
    config["SQLALCHEMY_DATABASE_URI"] = database_url(url or f"sqlite:///{instance / 'octavo.db'}")
    fixed = {
        # One cookie: the session's random id, the CSRF secret and flashed sentences.
        "SESSION_COOKIE_NAME": "__Host-octavo" if https else "octavo",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(days=30),
        # Ten times, since a form writes each byte of a Chinese or Arabic note as three.
        "MAX_CONTENT_LENGTH": 10 * config["MAX_NOTE_BYTES"],
        "MAX_FORM_MEMORY_SIZE": 10 * config["MAX_NOTE_BYTES"],
        "PROVIDE_AUTOMATIC_OPTIONS": False,
        # The token lives as long as the session: a form may stay open for hours.
        "WTF_CSRF_TIME_LIMIT": None,
        # Earlier keys verify, the last one signs.
        "WTF_CSRF_SECRET_KEY": [*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]],
        # The origin gate does it with PUBLIC_URL, which no Host header can change.
        "WTF_CSRF_SSL_STRICT": False,
        # Flask-Login's remember cookie can never be ended: no browser sends this name.
        "REMEMBER_COOKIE_NAME": "\0",
    }
    return {**fixed, **config}


def kept_secret_key(path: Path) -> str:
    """The key in this file; made now, readable by its owner alone, if there is none.

    Raises SettingError if others can read it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as made:  # mode 0600
            made.write(secrets.token_urlsafe(48).encode())
        with contextlib.suppress(FileExistsError):  # another process was first: its key counts
            os.link(made.name, path)
        os.unlink(made.name)
    if path.stat().st_mode & 0o077:
        raise SettingError(
            f"SECRET_KEY: others on this machine can read {path}; type: chmod 600 {path}"
        )
    return secret_key(path.read_text(encoding="ascii").strip())
