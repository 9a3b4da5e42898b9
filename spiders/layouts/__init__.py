"""Page shapes that take more than a screenful to read; each file knows one, and one marketplace uses it."""
