"""Another application, from a small file that says how it is started and what it is asked."""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.load import Connection, request, serving
from tests.browser.server import ROOT, free_port

FOLDER = Path(__file__).with_name("peers")
LIMIT = FOLDER / "bare.toml"


@dataclass(frozen=True)
class Peer:
    """A running one: each request by name, with the status of its answer."""

    name: str
    port: int
    pid: int
    requests: Mapping[str, tuple[bytes, int]]


@contextmanager
def running(file: Path) -> Iterator[Peer]:
    described = tomllib.loads(file.read_text("utf-8"))
    port = free_port()
    command = [part.format(python=sys.executable, port=port) for part in described["command"]]
    environment = {"PATH": "/usr/bin:/bin", **described.get("environment", {})}
    with serving(command, ROOT, environment, port, described["ready"]) as (pid, _):
        headers = {"Cookie": _cookies(port, described.get("before", []))}
        requests = {
            name: (_bytes(one, headers), int(one.get("status", 200)))
            for name, one in described["requests"].items()
        }
        yield Peer(described["name"], port, pid, requests)


def _bytes(one: Mapping[str, Any], headers: dict[str, str]) -> bytes:
    method = one.get("method", "POST" if "form" in one else "GET")
    return request(method, one["path"], headers, one.get("form"))


def _cookies(port: int, before: list[Mapping[str, Any]]) -> str:
    jar: dict[str, str] = {}
    for one in before:
        connection = Connection(port)
        cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
        _, head = connection.send(_bytes(one, {"Cookie": cookies}))
        connection.close()
        jar |= dict(re.findall(r"\r\nset-cookie: *([^=]+)=([^;\r]*)", head.decode("latin-1"), re.I))
    return "; ".join(f"{name}={value}" for name, value in jar.items())
