"""Where the parts meet: one job per file, each called by a command or by the scheduler."""
