"""SMS: the small interface that a gateway's class fulfils, and the file that stands in for one while developing.

`SMS_BACKEND` names the class. Empty, no SMS leaves the portal: messages go without, and codes cannot be asked for.
"""

from __future__ import annotations

import json
import os
from typing import Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.masks import mask_phone


class NotSent(Exception):
    """The gateway said that it did not take the text. Anything else raised leaves open whether it did."""

    def __init__(self, reason: str, *, again: bool = True) -> None:
        super().__init__(reason)
        self.again = again  # whether trying later may help


class SmsBackend(Protocol):
    """What a gateway's class offers; it is made anew for each text and must answer within MESSAGE_LEASE_SECONDS."""

    def send(self, *, phone: str, text: str, reference: str) -> None:
        """Hand one text over. `reference` is the same for every attempt, for gateways that recognise a repetition.

        Raises NotSent when it was certainly not taken.
        """


def sms_backend() -> SmsBackend | None:
    """The gateway of this installation, or None where there is none."""
    return import_string(settings.SMS_BACKEND)() if settings.SMS_BACKEND else None


class FileBackend:
    """For development: appends each text as a JSON line to SMS_FILE, the phone masked."""

    def send(self, *, phone: str, text: str, reference: str) -> None:
        """Write the line at once and whole; NotSent when the file cannot be written."""
        line = {"at": timezone.now().isoformat(), "phone": mask_phone(phone), "text": text, "reference": reference}
        try:
            settings.SMS_FILE.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(settings.SMS_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, (json.dumps(line, ensure_ascii=False) + "\n").encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise NotSent(type(error).__name__) from error
