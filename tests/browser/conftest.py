"""A real portal and a real Chromium for the browser tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.portal import Portal, start

# Chromium's own errands go nowhere on a closed network and only slow it down.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"phone": (360, 740), "desktop": (1280, 900)}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium that `bin/portal test` found."""
    return {**browser_type_launch_args, "executable_path": os.environ["PORTAL_CHROMIUM"], "args": QUIET}


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """`make run` with the demo data; the tests of a session share it, each with things of its own."""
    running = start(tmp_path_factory.mktemp("portal") / "data")
    yield running
    running.stop()


SignIn = Callable[..., Page]


@pytest.fixture
def signed_in(browser: Browser, portal: Portal) -> Iterator[SignIn]:
    """Open a browser window of one's own, in which an account of the demo is signed in."""
    contexts: list[BrowserContext] = []

    def sign_in(username: str, *, javascript: bool = True, width: str = "desktop") -> Page:
        wide, high = WIDTHS[width]
        context = browser.new_context(
            base_url=portal.url,
            viewport={"width": wide, "height": high},
            java_script_enabled=javascript,
            locale="zh-CN",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        if username:
            page.goto("/accounts/sign-in/")
            page.get_by_label("用户名或手机号码").fill(username)
            page.get_by_label("密码").fill(portal.accounts[username])
            page.locator("main").get_by_role("button", name="登录").click()
            page.wait_for_url("**/")
        return page

    yield sign_in
    for context in contexts:
        context.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photograph of a certificate, as it were."""
    from tests.registry.people import png

    file = tmp_path / "合格证明.png"
    file.write_bytes(png(int.from_bytes(os.urandom(2), "big")))
    return file
