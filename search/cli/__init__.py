"""The command line: parses what was typed, calls the library, prints the answer."""
