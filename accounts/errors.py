"""What a command answers when it says no. Every door turns these into its own form."""

from __future__ import annotations


class DomainError(Exception):
    """A refused command: `code` is stable, for programs; `message` Chinese, for people; `field` the input at fault."""

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class InputError(DomainError):
    """The input is wrong; `field` names what to mend."""


class Forbidden(DomainError):
    """The actor may see the object but not do this to it."""


class TooOften(DomainError):
    """So often is enough for now; the message says when to come back."""


class Conflict(DomainError):
    """Somebody was first; the message says who and when."""
