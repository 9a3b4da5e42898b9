"""The compatibility rules: each a pure function from a machine and a target to a verdict."""
