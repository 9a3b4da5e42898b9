"""One step per file between a spider and its feed."""
