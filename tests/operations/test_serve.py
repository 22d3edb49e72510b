"""`flask serve` says where it is, stops at once on Ctrl-C, and refuses nonsense in a sentence."""

import json
import os
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic

import pytest

from tests.browser.server import PATIENCE, ROOT, Server
from tests.databases import Sqlite


def test_ctrl_c_stops_it_within_two_seconds_though_a_browser_keeps_its_connections(
    sqlite: Sqlite, tmp_path: Path
) -> None:
    with sqlite.copy() as url:
        server = Server(url, tmp_path / "log")
        server.start()
        assert f"Octavo is at {server.url}" in server.said()
        connections = [HTTPConnection("127.0.0.1", server.port) for _ in range(6)]
        for connection in connections:
            connection.request("GET", "/log-in", headers={"Connection": "keep-alive"})
            answer = connection.getresponse()
            assert answer.status == 200
            answer.read()
            assert connection.sock is not None  # kept alive
        began = monotonic()
        code = server.stop()
        took = monotonic() - began
        for connection in connections:
            connection.close()
    assert code == 0, server.said()
    assert "Traceback" not in server.said()
    assert took < 2


def test_a_server_logs_one_json_object_a_line(sqlite: Sqlite, tmp_path: Path) -> None:
    with sqlite.copy() as url:
        server = Server(url, tmp_path / "log")
        server.start()
        connection = HTTPConnection("127.0.0.1", server.port)
        connection.request("GET", "/nowhere")
        assert connection.getresponse().status == 404
        connection.close()
        server.stop()
    first, *logged = server.said().splitlines()
    assert first.startswith("Octavo is at")
    lines = [json.loads(line) for line in logged]
    assert {"status", "request_id", "time"} <= set(lines[-1])


def test_a_worker_that_is_killed_is_replaced(sqlite: Sqlite, tmp_path: Path) -> None:
    with sqlite.copy() as url:
        server = Server(url, tmp_path / "log")
        server.start()
        assert server.process is not None
        killed = workers(server.process.pid)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        end = monotonic() + PATIENCE
        while server.ready() is None or len(workers(server.process.pid) - killed) < 2:
            assert monotonic() < end, server.said()
        assert len(killed) == 2
        server.stop()


def workers(pid: int) -> set[int]:
    """The processes that this one has started and that still run."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,stat=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    found = (line.split() for line in listed.splitlines())
    return {int(child) for child, state in found if not state.startswith("Z")}


def test_the_memory_of_many_log_ins_at_once_is_given_back() -> None:
    code = """
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from website.operations.serve import _give_back_memory
from website.security.passwords import hash_password

def kept():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024

_give_back_memory()
with ThreadPoolExecutor(4) as pool:
    before = kept()
    list(pool.map(hash_password, ["a long password"] * 16))
    print(kept() - before)
"""
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(said.stdout) < 10  # MB; one hash takes 19


def test_garbage_is_collected_again_once_the_site_is_loaded() -> None:
    code = "import gc, main; print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout == "True True\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "five thousand"),
        ("SECRET_KEY", "short"),
        ("DATABASE_URL", "mysql://localhost/notes"),
        ("PUBLIC_URL", "http://notes.example.org"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_in_a_sentence_that_names_it(
    sqlite: Sqlite, tmp_path: Path, name: str, value: str
) -> None:
    with sqlite.copy() as url:
        said = refusal(Server(url, tmp_path / "log", **{name: value}))
    assert name in said


def test_a_port_that_is_taken_is_refused_in_a_sentence_that_names_it(
    sqlite: Sqlite, tmp_path: Path
) -> None:
    with sqlite.copy() as url, socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refusal(Server(url, tmp_path / "log", PORT=port))
    assert port in said


def refusal(server: Server) -> str:
    """Start it in vain: one sentence, no traceback, and an exit code that says so."""
    code = server.begin().wait(PATIENCE)
    said = server.said().strip()
    assert code not in {0, None}, said
    assert code > 0, said  # not by a signal
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1, said
    return said


def test_a_database_that_was_never_made_is_named_when_asked_whether_it_is_ready(
    tmp_path: Path,
) -> None:
    server = Server(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "log")
    assert "database" in server.start(503).lower()
    server.stop()
    assert not (tmp_path / "none.db").exists()
