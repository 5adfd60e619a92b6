"""Measurements of the running program, each beside what one would use instead, in one run."""
