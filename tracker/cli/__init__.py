"""Thin commands: parse arguments, call one job, print, exit code."""
