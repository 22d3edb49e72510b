"""Pure functions on text: nothing here knows of the database or of a request."""
