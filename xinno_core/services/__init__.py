"""Verbs and their outcomes, one module per feature."""
