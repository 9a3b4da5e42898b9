"""Frozen dataclasses and plain rules; standard library only."""
