"""Telling, delivering, reading, and confirming a phone by a code."""

from office.messages.commands.sending import send, send_many

__all__ = ["send", "send_many"]
