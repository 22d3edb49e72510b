"""The production server as people start it: `flask serve`, on a free port, in its own group."""

import os
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parents[2]
SECRET_KEY = "kept by the tests alone: Qm3vX8sLw1"
PATIENCE = 30.0  # seconds for a start or a stop on a machine that does much else


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Server:
    """One site: the same database and port however often it is stopped and started."""

    def __init__(self, database_url: str, log: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self.settings = {
            "DATABASE_URL": database_url,
            "SECRET_KEY": SECRET_KEY,
            "PORT": str(self.port),
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self) -> subprocess.Popen[bytes]:
        """Start it and wait for nothing; what it prints goes to the log."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "serve"],
                cwd=ROOT, env={**inherited, **self.settings}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        return self.process

    def start(self, status: int = 200) -> str:
        """Start it and wait until `/ready` answers with this status; what it says there."""
        self.begin()
        end = monotonic() + PATIENCE
        while (answer := self.ready()) is None or answer[0] != status:
            assert not self._ended(0.02), self.said()
            assert monotonic() < end, self.said()
        return answer[1]

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Send the signal to the whole group, as a terminal does; the exit code."""
        assert self.process is not None
        os.killpg(self.process.pid, how)
        code = self.process.wait(PATIENCE)
        end = monotonic() + PATIENCE
        while self._listens():  # its workers, too, are gone
            assert monotonic() < end, self.said()
        self.process = None
        return code

    def said(self) -> str:
        return self.log.read_text("utf-8")

    def _ended(self, seconds: float) -> bool:
        assert self.process is not None
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def ready(self) -> tuple[int, str] | None:
        """The status of `/ready` and what it says; None where nobody listens."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/ready")
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()

    def _listens(self) -> bool:
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", self.port)) == 0
