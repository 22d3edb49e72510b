"""`flask serve`: the site on the production server."""

import os
import socket
import sys

import click
from flask import current_app
from flask.cli import with_appcontext


@click.command()
@with_appcontext
def serve() -> None:
    """Serve the site with Granian, until Ctrl-C.

    \b
    HOST, PORT, WORKERS and THREADS are settings. Example:
      PORT=8000 flask serve
    """
    config = current_app.config
    _refuse_taken(config["HOST"], config["PORT"])
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
    command = [sys.executable, "-m", "granian", "--no-ws", "--respawn-failed-workers"]
    command += [str(part) for pair in arguments.items() for part in pair]
    os.execv(sys.executable, [*command, "main:app"])  # noqa: S606 - no shell is wanted


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
