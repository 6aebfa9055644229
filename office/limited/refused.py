"""How a reader says no: a stable code and the figures for its sentence, which the room that asked writes."""

from __future__ import annotations


class Refused(Exception):
    """A file is refused; whoever asked has a sentence for `code`, which `details` fill.

    Every room that opens files has sentences for `file_damaged`, `file_memory` and `file_time`: what the child could
    not open, what took more memory, what took longer than it may.
    """

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
