"""Compatibility rules, the problem, the exact solve and its explanation; pure."""
