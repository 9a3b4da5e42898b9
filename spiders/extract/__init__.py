"""Pure text to value, one thing per file."""
