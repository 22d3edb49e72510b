"""`flask serve`: the site on the production server."""

import ctypes
import runpy
import socket
import sys
from contextlib import suppress

import click
from flask.cli import ScriptInfo, pass_script_info

from website.logs import log_to_stderr

# glibc's M_MMAP_THRESHOLD (mallopt(3)), and the bytes from which memory goes back when it is freed.
_MMAP_THRESHOLD, _LARGE = -3, 1024 * 1024


@click.command()
@pass_script_info
def serve(info: ScriptInfo) -> None:
    """Serve the site with Granian, until Ctrl-C.

    \b
    HOST, PORT, WORKERS and THREADS are settings. Example:
      PORT=8000 flask serve
    """
    config = info.load_app().config
    log_to_stderr(of_server=True)
    _refuse_taken(config["HOST"], config["PORT"])
    _give_back_memory()
    click.echo(f"Octavo is at {config['PUBLIC_URL']} (Ctrl-C stops it)")
    arguments = {
        "--interface": "wsgi",
        "--host": config["HOST"],
        "--port": config["PORT"],
        "--workers": config["WORKERS"],
        "--blocking-threads": config["THREADS"],
        # Without it a browser's kept-alive connection holds up Ctrl-C for many seconds.
        "--workers-kill-timeout": 1,
        "--log-level": "error",
    }
    flags = ["--no-ws", "--respawn-failed-workers"]
    flags += [str(part) for pair in arguments.items() for part in pair]
    # `python -m granian`, in this process: on Linux its workers are forked from it, and have the
    # application.
    sys.argv = ["granian", *flags, "main:app"]
    runpy.run_module("granian", run_name="__main__")


def _give_back_memory() -> None:
    """Let what many log-ins hash at once take memory for that long only: by itself glibc would keep
    as much as they ever took."""
    with suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)


def _refuse_taken(host: str, port: int) -> None:
    """Say in a sentence what the server would say in a traceback."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on {host}, port {port}: {error.strerror}. Stop what is there, or"
                f" choose another with: PORT={port + 1} make run"
            ) from error
