"""Formats as files: what an event, its journey and its survey look like before they are rows.

`read.read` turns a file into a `Blueprint` or says everything that is wrong with it. The package
imports nothing of the rest but languages, so that a file can be checked without a database.
"""
