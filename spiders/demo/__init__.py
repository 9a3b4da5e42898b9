"""The demo market: made-up listings in each site's real page shape, on loopback."""
