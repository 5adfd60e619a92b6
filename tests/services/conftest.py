"""Rules are tried on a whole installation: only Telegram is not real."""

from tests.support.fixtures import world

__all__ = ["world"]
