"""What each kind of setting accepts, and the sentence for what it does not."""

import ipaddress
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}


class SettingError(Exception):
    """A setting that makes no sense. The message says what to write instead."""


def is_loopback(host: str | None) -> bool:
    """True for the names and numbers that reach only this machine."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def whole_number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise SettingError(f"write a whole number from {least} to {most}")
        return int(text)

    return parse


def yes_or_no(text: str) -> bool:
    if text not in {"0", "1"}:
        raise SettingError("write 0 or 1")
    return text == "1"


def folder(text: str) -> Path:
    if not text.strip() or "\0" in text or Path(text).is_file():
        raise SettingError("write the path of a folder, for example /var/backups/octavo")
    return Path(text)


def one_of(*words: str, later: Mapping[str, str] | None = None) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if later and text in later:
            raise SettingError(f"{later[text]}; write {' or '.join(words)}")
        if text not in words:
            raise SettingError(f"write {' or '.join(words)}")
        return text

    return parse


def database_url(text: str) -> str:
    for bare in ("postgres://", "postgresql://"):
        if text.startswith(bare):
            text = "postgresql+psycopg://" + text.removeprefix(bare)
    try:
        backend = make_url(text).drivername
    except ArgumentError as error:
        raise SettingError(
            "write sqlite:////a/path/notes.db or postgresql+psycopg://user@host/name"
        ) from error
    if backend not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise SettingError("write an address that begins with sqlite:/// or postgresql+psycopg://")
    return text


def secret_key(text: str) -> str:
    if len(text) < 32 or len(set(text)) < 10:
        raise SettingError(
            "write at least 32 random characters, for example what"
            " `python3 -c 'import secrets; print(secrets.token_urlsafe(32))'` prints,"
            " or leave it out and one is made for you"
        )
    return text


def secret_keys(text: str) -> list[str]:
    return [secret_key(key.strip()) for key in text.split(",") if key.strip()]


def public_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        port_makes_sense = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_makes_sense = urlsplit(""), False
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_makes_sense:
        raise SettingError("write the whole address, for example https://notes.example.org")
    if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username:
        raise SettingError("write scheme and host alone, for example https://notes.example.org")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise SettingError(
            "passwords and notes would travel unencrypted; put the site behind a proxy that"
            f" speaks https and write https://{parts.hostname}"
        )
    # A browser never names the port that goes without saying.
    usual = ":443" if parts.scheme == "https" else ":80"
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual)}"


def not_yet(what: str) -> Callable[[str], str]:
    def parse(_text: str) -> str:
        raise SettingError(f"{what}; leave this setting out")

    return parse


def host(text: str) -> str:
    if not text or any(character.isspace() or character in "/@" for character in text):
        raise SettingError("write a name or an IP address, for example 127.0.0.1")
    return text
