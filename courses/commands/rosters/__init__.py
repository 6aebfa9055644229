"""The life of a roster (附件2, §三（二）): awaited, uploaded, mended, handed in, confirmed, reversed."""

from courses.commands.rosters.opening import roster_open

__all__ = ["roster_open"]
