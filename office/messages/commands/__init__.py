"""Telling, delivering, reading, and confirming a phone by a code."""

from office.messages.commands.sending import send

__all__ = ["send"]
