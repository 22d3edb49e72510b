"""Every form proves that it is one of ours: Flask-WTF's token, and nothing is exempt."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

# A failure is logged by the page that answers it, in errors.py.


def init_app(app: Flask) -> None:
    CSRFProtect(app)
