"""`flask serve`: the site on the production server."""

import os
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
