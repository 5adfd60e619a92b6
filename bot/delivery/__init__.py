"""Promises from the outbox reach Telegram here: the pace, the claim, the record."""
