"""What a page may not hold under the content security policy, found by a parser and not by its templates."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

_ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post", "poster", "data"}


class Faults(HTMLParser):
    """Feed it a page; `found` names every inline style, script and handler, foreign address and unprotected form."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.unprotected: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            if name == "style" or name.startswith(("on", "hx-on", "data-hx-on")):
                self.found.append(f"{tag} {name}={value}")
            if name in _ADDRESSES and not (
                _ours(value, picture=tag in ("img", "link")) or (tag == "a" and _web(value))
            ):
                self.found.append(f"{tag} {name}={value}")
        # What a chart is drawn from is data, which no browser runs.
        runs = tag == "script" and not given.get("src") and given.get("type") != "application/json"
        if runs or tag in ("style", "base", "iframe", "object", "embed"):
            self.found.append(tag)
        if given.get("hx-vals", "").startswith("js:") or "hx-vars" in given:
            self.found.append(f"{tag} evaluates")
        self._look_at_form(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.unprotected is not None:
            self.found.append(f"form without a token: {self.unprotected}")
            self.unprotected = None

    def _look_at_form(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form" and given.get("method", "get").lower() == "post":
            self.unprotected = given.get("action", "")
        if tag == "input" and given.get("name") == "csrfmiddlewaretoken":
            self.unprotected = None


def _web(address: str) -> bool:
    """A platform that the notice names: a link to it is followed by nobody but the reader."""
    return urlsplit(address.strip()).scheme in ("http", "https")


def _ours(address: str, *, picture: bool) -> bool:
    parts = urlsplit(address.strip())
    if parts.scheme == "data":
        return picture and parts.path.startswith("image/")
    return parts.scheme in ("", "mailto") and not parts.netloc


def faults_of(page: str) -> list[str]:
    """Everything at fault in a page."""
    parser = Faults()
    parser.feed(page)
    parser.close()
    return parser.found
