"""The door for every server: `app` for WSGI, `python main.py` for development."""

import gc

gc.disable()  # what is imported stays: looking for garbage in it took a quarter of every start

from website import create_app
from website.config import SettingError
from website.logs import log_to_stderr

log_to_stderr()
try:
    app = create_app()
except SettingError as error:
    raise SystemExit(f"Octavo cannot start. {error}") from error
gc.freeze()
gc.enable()

if __name__ == "__main__":
    app.run(host=app.config["HOST"], port=app.config["PORT"])
