"""The texts of `templates.toml`: read strictly, rendered with parameters, guarded against ID numbers and phones."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from accounts.personal import hide_personal, refuse_personal
from office.messages.models import Channel

FILE = Path(__file__).with_name("templates.toml")
TYPED_LIMIT = 500
_KEYS = {"topic", "title", "body", "channels", "sms", "security", "typed", "portal"}


class TemplateError(ValueError):
    """A table of texts that does not hold, or a call that does not fit its text: a programming error."""


@dataclass(frozen=True, slots=True)
class Text:
    """What one message says in its places."""

    title: str
    body: str
    sms: str


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of message; the fields are those that `templates.toml` explains."""

    kind: str
    topic: str
    title: str
    body: str
    sms: str
    channels: frozenset[str]
    security: bool
    typed: frozenset[str]
    portal: bool

    @property
    def parameters(self) -> frozenset[str]:
        """Names that a call must give."""
        return frozenset(name for text in (self.title, self.body, self.sms) for name in _names(text))

    def render(self, given: Mapping[str, object]) -> Text:
        """The texts with their parameters. TemplateError for one missing or unknown; PersonalDataRefused."""
        if given.keys() != self.parameters:
            odd = ", ".join(sorted(given.keys() ^ self.parameters))
            raise TemplateError(f"{self.kind}: these parameters are missing or unknown: {odd}")
        values = {name: self._value(name, value) for name, value in given.items()}
        text = Text(*(part.format_map(values) for part in (self.title, self.body, self.sms)))
        refuse_personal("a message", text.title, text.body, text.sms)
        return text

    def _value(self, name: str, value: object) -> str:
        text = str(value).strip()
        if name not in self.typed:
            return text
        return hide_personal(text[:TYPED_LIMIT] + ("…" if len(text) > TYPED_LIMIT else ""))


@cache
def templates() -> dict[str, Template]:
    """Every kind of message."""
    return load(FILE.read_text(encoding="utf-8"))[0]


@cache
def topics() -> dict[str, str]:
    """Code → name of every topic."""
    return load(FILE.read_text(encoding="utf-8"))[1]


def template_of(kind: str) -> Template:
    """The template of a kind. TemplateError when the table has none."""
    try:
        return templates()[kind]
    except KeyError as error:
        raise TemplateError(f"templates.toml has no {kind}") from error


def load(text: str) -> tuple[dict[str, Template], dict[str, str]]:
    """Read a table of texts, and its topics. TemplateError names what does not hold."""
    tables: dict[str, Any] = tomllib.loads(text)
    named: dict[str, str] = tables.pop("topics", {})
    return {kind: _template(kind, table, named) for kind, table in tables.items()}, named


def _template(kind: str, table: dict[str, Any], named: Mapping[str, str]) -> Template:
    if odd := table.keys() - _KEYS:
        raise TemplateError(f"{kind}: {', '.join(sorted(odd))} is not known")
    template = Template(
        kind=kind,
        topic=table.get("topic", ""),
        title=table.get("title", ""),
        body=table.get("body", "").strip(),
        sms=table.get("sms", ""),
        channels=frozenset(table.get("channels", ())),
        security=table.get("security", False),
        typed=frozenset(table.get("typed", ())),
        portal=table.get("portal", True),
    )
    for problem in _problems(template, named):
        raise TemplateError(f"{kind}: {problem}")
    return template


def _problems(template: Template, named: Mapping[str, str]) -> Iterator[str]:
    if odd := template.channels - set(Channel.values):
        yield f"{', '.join(sorted(odd))} is no channel"
    if (Channel.SMS in template.channels) != bool(template.sms):
        yield "an SMS needs its channel and its text"
    written = Channel.EMAIL in template.channels or template.portal
    if written != bool(template.title and template.body):
        yield "a message needs title and body, and an SMS that goes out alone has neither"
    if template.portal and template.topic not in named:
        yield f"{template.topic!r} is no topic"
    if not template.portal and any(_names(template.title)):
        yield "the subject of an e-mail that goes out alone has no parameters"
    if "\n" in template.title or "\n" in template.sms:
        yield "title and sms are one line each"
    if odd := template.typed - template.parameters:
        yield f"{', '.join(sorted(odd))} is typed and stands nowhere"
    if template.typed & {*_names(template.title), *_names(template.sms)}:
        yield "what people type goes into no title and no SMS"


def _names(text: str) -> Iterator[str]:
    for _, name, style, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or style or conversion:
            raise TemplateError(f"{{{name}}} must be a bare name")
        yield name
