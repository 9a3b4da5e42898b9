"""`python -m tracker.cli` is `rigscout`: how the scheduler starts its jobs."""

from tracker.cli.main import main

main()
