"""The door for every server: `app` for WSGI, `python main.py` for development."""

from website import create_app
from website.config import SettingError
from website.logs import log_to_stderr

log_to_stderr()
try:
    app = create_app()
except SettingError as error:
    raise SystemExit(f"Octavo cannot start. {error}") from error

if __name__ == "__main__":
    app.run(host=app.config["HOST"], port=app.config["PORT"])
