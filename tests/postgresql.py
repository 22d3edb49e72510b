"""A PostgreSQL server for one run of the suite, in a temporary folder, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

MISSING = "PostgreSQL is not on this machine; type: apt-get install postgresql"


def _binaries() -> Path | None:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    if found:
        return found[-1]
    on_path = shutil.which("pg_ctl")
    return Path(on_path).parent if on_path else None


class Server:
    """Started by `start`, which answers None where PostgreSQL is not installed."""

    def __init__(self, folder: Path, binaries: Path, port: int) -> None:
        self.folder, self.binaries, self.port = folder, binaries, port

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}"

    @classmethod
    def start(cls) -> "Server | None":
        binaries = _binaries()
        if binaries is None:
            return None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        folder = Path(tempfile.mkdtemp(prefix="octavo-pg-"))
        server = cls(folder, binaries, port)
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, "postgres", "postgres")
        server._run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "-N")
        # No power is cut in a test, so no write waits for the disk.
        options = f"-p {port} -k {folder} -c fsync=off -c max_connections=200"
        server._run(
            "pg_ctl", "-D", str(folder / "data"), "-w", "-l", str(folder / "log"), "-o", options,
            "start",
        )  # fmt: skip
        return server

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        with open(os.devnull) as nothing, tempfile.TemporaryFile() as said:
            done = subprocess.run(
                command, stdin=nothing, stdout=said, stderr=subprocess.STDOUT, cwd="/", check=False
            )
            said.seek(0)
            assert done.returncode == 0, said.read().decode()
