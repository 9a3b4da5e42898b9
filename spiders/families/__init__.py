"""Nameless base spiders, one per kind of site."""
