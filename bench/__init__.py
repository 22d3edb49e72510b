"""How fast the site and its commands are, beside the plain way to do the same."""
