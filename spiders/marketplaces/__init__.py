"""One file per marketplace; they never import each other."""
