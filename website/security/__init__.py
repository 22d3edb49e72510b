"""Pure cryptography and policy: nothing here knows of the database or of a request."""
