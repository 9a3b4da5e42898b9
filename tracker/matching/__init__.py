"""From title to Match; pure, no database."""
