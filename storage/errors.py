"""What the store says when it cannot do its work, in words for the person who reads it."""


class StorageError(Exception):
    """The store could not do what was asked; the message says what happened and what to do.

    ``retry`` is true where the same request may work later: locked, busy, disk full, connection
    lost. Nothing of the failed request was stored.
    """

    def __init__(self, message: str, *, retry: bool = False) -> None:
        super().__init__(message)
        self.retry = retry


class StoreClosed(StorageError):  # noqa: N818 - what has happened, not what went wrong
    """The store was asked after its end: Fifteen is shutting down."""

    def __init__(self) -> None:
        super().__init__("The store is closed: Fifteen is shutting down.", retry=True)


class Conflict(StorageError):  # noqa: N818 - the name is part of the contract
    """Somebody else changed the same moment first. The store runs the job again by itself."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retry=True)
