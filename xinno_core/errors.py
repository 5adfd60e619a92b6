"""What can go wrong in the core: each class's docstring is its default message."""


class XinnoError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        """Take a message, or the class's own."""
        super().__init__(message or self.__doc__)


class NotFoundError(XinnoError):
    """There is no such thing, or it is not this person's to see."""


class RefusedError(XinnoError):
    """This person may not do that."""


class WrongDatabaseError(XinnoError):
    """The database can't be used as it is."""


class WrongSettingError(XinnoError):
    """A setting is missing, or does not fit the others."""
