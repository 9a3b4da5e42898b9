"""What we know and decide: the domain, the catalog, matching, builds, storage and services."""
