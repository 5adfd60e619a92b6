"""The only place with sentences: an outcome becomes a message in the reader's language."""
