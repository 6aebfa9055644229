"""Gateways and mail servers that fail in every way there is. Each first does, or does not do, what it was asked for."""

from __future__ import annotations

import os
import signal
from typing import Any

from django.core.mail.backends.filebased import EmailBackend

from office.messages.sms import FileBackend, NotSent


class Refusing:
    """Says that it took nothing; later it may."""

    def send(self, **_: str) -> None:
        raise NotSent("busy")


class RefusingForGood:
    """Says that it will never take this."""

    def send(self, **_: str) -> None:
        raise NotSent("no_such_number", again=False)


class Vanishing(FileBackend):
    """Takes the text, and the line breaks before it answers."""

    def send(self, **given: str) -> None:
        super().send(**given)
        raise TimeoutError


class Deadly(FileBackend):
    """Takes the text, and the worker is killed before it can note that."""

    def send(self, **given: str) -> None:
        super().send(**given)
        os.kill(os.getpid(), signal.SIGKILL)


class DeadlyMail(EmailBackend):
    """Takes the mail, and the worker is killed before it can note that."""

    def send_messages(self, messages: Any) -> int:
        super().send_messages(messages)
        os.kill(os.getpid(), signal.SIGKILL)
        return 0


class BrokenMail:
    """A mail server that nobody reaches."""

    def __init__(self, **_: Any) -> None:
        pass

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError
