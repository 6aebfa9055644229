"""The canary: an ID number, a phone and a password that nobody has, and how they are recognised wherever they sit."""

from __future__ import annotations

import base64
import contextlib
import re
import zlib
from datetime import date
from html.parser import HTMLParser
from urllib.parse import unquote_plus

from tests.factories import make_id_number

ID_NUMBER = make_id_number("330922", date(1987, 7, 19), "female", 19)  # ends in X, which people also type small
PHONE = "19957803311"
PASSWORD = "Kanarien-Vogel-7731"
SECRETS = {"ID number": ID_NUMBER, "phone": PHONE, "password": PASSWORD}
# As people type them: spaces, hyphens, +86, full-width digits.
SPELLED = {
    "ID number": [ID_NUMBER, ID_NUMBER.lower(), f"{ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}"],
    "phone": [PHONE, f"+86{PHONE}", f"{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}", f"{PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}"],
}
_JOINED = re.compile(r"[\s+-]")
_TOKEN = re.compile(r"[A-Za-z0-9_\-+/=]{24,}")


def seen_in(*texts: str | bytes) -> list[str]:
    """Which of the secrets stand in these texts: plainly, spelled out, percent-encoded, as hex or inside base64."""
    found = set()
    for text in texts:
        plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        for form in (plain, unquote_plus(unquote_plus(plain)), *_unpacked(plain)):
            joined = _JOINED.sub("", form).lower()
            for name, secret in SECRETS.items():
                if _JOINED.sub("", secret).lower() in joined or secret.encode().hex() in joined:
                    found.add(name)
    return sorted(found)


def without_own_controls(page: str) -> str:
    """The page without the values of its inputs: a form that is shown again keeps what was typed into it."""
    stripped = _Controls()
    stripped.feed(page)
    return "".join(stripped.kept)


class _Controls(HTMLParser):
    """Copies a page, but for the value of inputs and the text of textareas."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.kept: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "textarea"
        typed = tag == "input" and dict(attrs).get("type") != "hidden"
        kept = [f"{name}={value}" for name, value in attrs if not (typed and name == "value")]
        self.kept.append(" ".join([tag, *kept]))

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.kept.append(data)

    def handle_comment(self, data: str) -> None:
        self.kept.append(data)


def _unpacked(text: str) -> list[str]:
    """What base64 tokens in the text hold, also compressed: sessions and messages travel so."""
    found = []
    for token in _TOKEN.findall(text):
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            continue
        found.append(raw.decode("utf-8", "replace"))
        with contextlib.suppress(zlib.error):
            found.append(zlib.decompress(raw).decode("utf-8", "replace"))
    return found
