"""Timings, never tests: `make bench` runs each module's main()."""
