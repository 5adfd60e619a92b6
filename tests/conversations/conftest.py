"""Stories need a world."""

from tests.support.fixtures import world

__all__ = ["world"]
