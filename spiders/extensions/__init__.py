"""Scrapy extensions that end a crawl early; what was read until then is kept."""
