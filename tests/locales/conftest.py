"""What the tests of this folder share."""

from tests.support.fixtures import world

__all__ = ["world"]
