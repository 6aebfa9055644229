"""Every page, found by following links: axe finds nothing, nothing is wider than 360 px, no error logged.

In `make test` each page is looked at as the first role that reaches it sees it, and everybody's home page; every role's
view of every page in `make test-full`.

Screenshots of all of them are left in pages/ of the tests' data folder (.data/test/pages) for whoever wants to look.
"""

from __future__ import annotations

import os
import re
from collections import deque
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from tests.browser.conftest import WIDTHS, SignIn
from tests.browser.portal import ROOT

PICTURES = Path(os.environ["DATA_DIR"]) / "pages"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = Axe.from_file(ROOT / "node_modules" / "axe-core" / "axe.min.js")
# What is downloaded is no page; and in a sandboxed picture no script can look for faults: asking would wait for ever.
FILES = ("export", "_text", "_json", "_file", "_pdf", "_xlsx", "_marked", "proof", "roster_template")
FILES += ("evidence_page", "evidence_image", "file_preview", "file_page", "file_image")
ROLES = ["", "engineer", "dinghai", "city", "employer", "organiser", "auditor", "sysadmin"]


def route_of(address: str) -> str | None:
    """The route behind an address of the portal; None for what is no page of it."""
    parts = urlsplit(address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return None
    kind = found.kwargs.get("activity", "")  # each activity asks for other facts: a page of its own
    return f"{found.view_name}:{kind}" if kind else found.view_name


def pages_of(page: Page, *, most: int = 90) -> dict[str, str]:
    """Route → one address of it, by following the links from the home page."""
    origin = urlsplit(page.url)
    found: dict[str, str] = {}
    waiting = deque(["/", "/standards/", "/nowhere/"])
    while waiting and len(found) < most:
        address = waiting.popleft()
        route = route_of(address) or ("404" if address == "/nowhere/" else None)
        if route is None or route in found or route.endswith(FILES):
            continue
        found[route] = address
        page.goto(address)
        for link in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"):
            parts = urlsplit(link)
            if parts.netloc == origin.netloc and not link.startswith("mailto:"):
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def faults(page: Page) -> list[str]:
    """What axe finds, and what sticks out of the page."""
    violations = AXE.run(page, options={"runOnly": RULES}).response["violations"]
    found = [f"{item['id']}: {item['help']} {[node['target'] for node in item['nodes']][:3]}" for item in violations]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("wider than the window")
    return found


BY_ROLE = pytest.mark.parametrize("role", ROLES, ids=[role or "visitor" for role in ROLES])
LOOKED_AT: set[str] = set()


@BY_ROLE
def test_every_page_is_accessible_and_fits(signed_in: SignIn, role: str) -> None:
    look_at_pages(signed_in(role), role, besides=LOOKED_AT - {"home"})


@pytest.mark.slow
@BY_ROLE
def test_every_roles_view_of_every_page_is_accessible_and_fits(signed_in: SignIn, role: str) -> None:
    look_at_pages(signed_in(role), role, besides=set())


def look_at_pages(page: Page, role: str, *, besides: set[str]) -> None:
    """Follow the role's links, and look at every page they lead to `besides` those of these routes."""
    if not role:
        page.goto("/")
    logged: list[str] = []
    page.on("console", lambda message: logged.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: logged.append(str(error)))
    wrong: dict[str, list[str]] = {}
    found = pages_of(page)
    folder = PICTURES / (role or "visitor")
    folder.mkdir(parents=True, exist_ok=True)
    for route, address in found.items():
        if route in besides:
            continue
        LOOKED_AT.add(route)
        page.goto(address)
        for name, (wide, high) in WIDTHS.items():
            page.set_viewport_size({"width": wide, "height": high})
            page.screenshot(path=folder / f"{_file_name(route)}-{name}.png", full_page=True)
            if here := faults(page):
                wrong[f"{route} {address} {name}"] = here
    logged = [line for line in logged if "404" not in line]  # /nowhere/ is asked for on purpose
    assert not wrong, "\n".join(f"{where}\n  " + "\n  ".join(what) for where, what in wrong.items())
    assert not logged
    assert len(found) >= 4


def _file_name(route: str) -> str:
    return re.sub(r"\W+", "-", route)
