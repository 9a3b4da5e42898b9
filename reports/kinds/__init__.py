"""One file per report: from domain objects to a view and a subject."""
