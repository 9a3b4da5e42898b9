"""The demo market's pages: each site's own shape, in markup of ours; no text or script of the sites stands here."""
