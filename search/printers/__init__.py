"""One module a format, all over the same answer."""
