"""Requests to a real server over connections that are kept, and what the server worked for them."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from threading import Thread
from time import monotonic, perf_counter, sleep
from urllib.parse import urlencode

_TICK = os.sysconf("SC_CLK_TCK")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
PATIENCE = 30.0  # seconds for a start, or one answer

Ask = Callable[[int], bytes]  # the next request of a connection, by its number


@dataclass(frozen=True)
class Load:
    """What came of so many connections for so many seconds."""

    seconds: float
    latencies: Sequence[float]  # in seconds
    processor: float  # seconds that the server's processes worked
    wrong: int  # answers of another status

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def each(self) -> float:
        """The processor's seconds for one request."""
        return self.processor / len(self.latencies)

    def percentile(self, number: int) -> float:
        return quantiles(self.latencies, n=100)[number - 1] if len(self.latencies) > 1 else 0.0


def request(
    method: str, path: str, headers: dict[str, str], form: dict[str, str] | None = None
) -> bytes:
    body = b"" if form is None else urlencode(form).encode()
    lines = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    if form is not None:
        lines["Content-Type"] = "application/x-www-form-urlencoded"
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


class Connection:
    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, sent: bytes) -> tuple[int, bytes]:
        """The status, and the head of the answer."""
        self._socket.sendall(sent)
        got = b""
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more()
        head = got[:end]
        length = _LENGTH.search(head)
        left = int(length[1]) - len(got) + end + 4 if length else 0
        while left > 0:
            left -= len(self._more())
        return int(head[9:12]), head

    def close(self) -> None:
        self._socket.close()

    def _more(self) -> bytes:
        more = self._socket.recv(65536)
        if not more:
            raise ConnectionError("the server closed the connection")
        return more


def load(
    port: int, pid: int, connections: int, seconds: float, ask: Ask, status: int = 200
) -> Load:
    """Ask over each connection, one request after the other, for so many seconds."""
    latencies: list[list[float]] = [[] for _ in range(connections)]
    wrong = [0] * connections
    end = monotonic() + seconds

    def client(number: int) -> None:
        connection = Connection(port)
        with suppress(ConnectionError):
            while monotonic() < end:
                sent = ask(number)
                begun = perf_counter()
                got, _ = connection.send(sent)
                latencies[number].append(perf_counter() - begun)
                wrong[number] += got != status
        connection.close()

    threads = [Thread(target=client, args=(number,)) for number in range(connections)]
    busy, begun = worked(pid), perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = perf_counter() - begun
    return Load(took, [one for some in latencies for one in some], worked(pid) - busy, sum(wrong))


@contextmanager
def pressed(port: int, connections: int, ask: Ask) -> Iterator[None]:
    """The same, without being measured, while something else is."""
    going = [True]

    def client(number: int) -> None:
        connection = Connection(port)
        with suppress(ConnectionError):
            while going[0]:
                connection.send(ask(number))
        connection.close()

    threads = [Thread(target=client, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        going[0] = False
        for thread in threads:
            thread.join()


@contextmanager
def serving(
    command: Sequence[str], folder: Path, environment: dict[str, str], port: int, ready: str
) -> Iterator[tuple[int, float]]:
    """A server that answers: the id of its process, and the seconds until its first answer."""
    begun = perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        while not _answers(port, ready):
            if process.poll() is not None or perf_counter() - begun > PATIENCE:
                raise RuntimeError(f"{' '.join(command)} does not answer")
            sleep(0.01)
        yield process.pid, perf_counter() - begun
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        process.wait(PATIENCE)


def _answers(port: int, path: str) -> bool:
    try:
        connection = Connection(port)
        status, _ = connection.send(request("GET", path, {}))
        connection.close()
    except OSError:
        return False
    return status < 500


def worked(pid: int) -> float:
    """Seconds of the processor, of a process and those that it started."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK + sum(map(worked, _children(pid)))


def memory(pid: int) -> float:
    """MB that the largest of the processes has, which a process started."""
    sizes = [
        int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{child}/status").read_text())[1])  # type: ignore[index]
        for child in _children(pid)
    ]
    return max(sizes, default=0) * 1024 / 1e6


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]
