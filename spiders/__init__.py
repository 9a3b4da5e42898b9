"""From page to RawListing."""
