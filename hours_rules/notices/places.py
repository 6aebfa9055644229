"""Where each key of a TOML text stands: tomllib keeps no positions, and a mistake should name its line."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"""(?!")'
    r"|'''[\s\S]*?'''(?!')"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*|\n|[\[\]{}=,]|[^\s\[\]{}=,\#\"']+",
)
_LAST_STEP = re.compile(r"(\.[^.\[\]]+|\[\d+\]|^[^.\[\]]+)$")


class Places:
    """The line of every key path of a *valid* TOML text, such as `activities[2].tiers[0].hours`."""

    def __init__(self, text: str) -> None:
        self._lines: dict[str, int] = {"": 1}
        self._counts: dict[str, int] = {}
        self._tokens = _tokens(text)
        self._at = 0
        prefix = ""
        while self._at < len(self._tokens):
            if self._peek() == "\n":
                self._at += 1
            elif self._peek() == "[":
                prefix = self._header()
            else:
                self._pair(prefix)

    def line(self, path: str) -> int:
        """The line a key begins on; for a key that is not there, the line of the table it is missing from."""
        while path not in self._lines:
            shorter = _LAST_STEP.sub("", path)
            path = shorter if shorter != path else ""
        return self._lines[path]

    def _peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else "\n"

    def _note(self, path: str, line: int) -> None:
        self._lines.setdefault(path, line)

    def _key(self, ends: str) -> tuple[list[str], int]:
        """The parts of a possibly dotted or quoted key, up to and without the token that ends it."""
        line, parts = self._tokens[self._at][1], []
        while self._peek() not in (ends, "\n"):
            parts.append(self._peek())
            self._at += 1
        return [part.strip("\"'") for part in "".join(parts).split(".")], line

    def _header(self) -> str:
        """`[a.b]` or `[[a]]` → the path of the table it opens: the newest one of a list of tables."""
        brackets = 0
        while self._peek() == "[":
            brackets += 1
            self._at += 1
        parts, line = self._key("]")
        self._at += brackets
        path = ""
        for depth, part in enumerate(parts, start=1):
            path = f"{path}.{part}" if path else part
            self._note(path, line)
            if brackets == 2 and depth == len(parts):
                self._counts[path] = self._counts.get(path, -1) + 1
            if path in self._counts:
                path = f"{path}[{self._counts[path]}]"
        self._note(path, line)
        return path

    def _pair(self, prefix: str) -> None:
        parts, line = self._key("=")
        self._at += 1
        for part in parts:
            prefix = f"{prefix}.{part}" if prefix else part
            self._note(prefix, line)
        self._value(prefix)

    def _value(self, path: str) -> None:
        opening = self._peek()
        if opening == "[":
            self._items(path, "]")
        elif opening == "{":
            self._items(path, "}")
        else:
            self._at += 1
            while self._peek() not in ("\n", ",", "]", "}"):  # a date and a time are two tokens
                self._at += 1

    def _items(self, path: str, closing: str) -> None:
        """The values of a list, or the pairs of an inline table."""
        self._at += 1
        index = 0
        while self._peek() != closing and self._at < len(self._tokens):
            if self._peek() in ("\n", ","):
                self._at += 1
            elif closing == "}":
                self._pair(path)
            else:
                self._note(f"{path}[{index}]", self._tokens[self._at][1])
                self._value(f"{path}[{index}]")
                index += 1
        self._at += 1


def _tokens(text: str) -> list[tuple[str, int]]:
    """Each token with its line; comments left out."""
    found, line, seen = [], 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        if not match[0].startswith("#"):
            found.append((match[0], line))
    return found
