# Read by the `flask` command, so that `flask db …` works from here with no other flag.
FLASK_APP=main.py
