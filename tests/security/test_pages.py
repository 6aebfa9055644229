"""Every page of every role, as the access matrix lists them: headers, inline code, masks, where a redirect may lead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

from accounts.masks import mask_id, mask_phone
from tests.access.case import WorldTestCase, undone
from tests.access.matrix import FORMS, ROLES, Row, rows
from tests.access.world import World
from tests.security.canary import ID_NUMBER, PHONE, seen_in
from tests.security.doors import PARAMETERS
from tests.security.html import faults_of

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# What visitors type into or see on these pages belongs to one person, though nobody is signed in.
OF_VISITORS = {"accounts:sign_in", "accounts:reset_confirm", "registry:sign_up"}
PHONE_MASK, ID_MASK = mask_phone(PHONE), mask_id(ID_NUMBER)
EVIL = "https://evil.example/"
WAYS_ON = urlencode(dict.fromkeys(("next", "return_to", "url", "redirect", "from", "back"), EVIL))


REFUSED = ("in", "404", "403", "405")


def everybody_with_a_page(row: Row) -> list[str]:
    """Each role that is shown something of its own, and one of those who are refused alike."""
    refused = {row.gets[role]: role for role in ROLES if row.gets[role] in REFUSED}
    return [role for role in ROLES if row.gets[role] not in refused or refused[row.gets[role]] == role]


def one_of_each(row: Row) -> list[str]:
    """One role for each answer that the line knows."""
    return list({row.gets[role]: role for role in ROLES}.values())


def who_is_led_on(row: Row) -> list[str]:
    """One role for each kind of redirect."""
    return [role for role in one_of_each(row) if row.gets[role] in ("in", "302")]


class Pages(WorldTestCase):
    """The engineer of the world is the canary."""

    @classmethod
    def setUpTestData(cls) -> None:
        """The world, with the canary as its engineer."""
        cls.world = World(id_number=ID_NUMBER, phone=PHONE, user__phone=PHONE)

    def answers(
        self, who: Callable[[Row], list[str]], method: str = "GET", query: str = ""
    ) -> Iterator[tuple[dict[str, str], Any, str]]:
        """Every line of the matrix asked for by these roles: which, answer, body."""
        for row in rows():
            if row.method != method:
                continue
            url = f"{self.url(row)}?{query}" if query else self.url(row)
            for role in who(row):
                with undone():
                    response: Any = self.world.ask(role, method, url, FORMS.get(row.route, {}))
                    body = response.getvalue().decode("utf-8", "replace")
                yield {"route": row.route, "object": row.object, "method": method, "role": role}, response, body

    def test_every_page_has_its_headers_nothing_inline_and_shows_masks_only(self) -> None:
        masked = set()
        for which, response, body in self.answers(everybody_with_a_page):
            with self.subTest(**which):
                self.assertEqual({name: response.get(name) for name in HEADERS}, HEADERS)
                self.assertIn("camera=()", response["Permissions-Policy"])
                self.check_policy(response["Content-Security-Policy"])
                if which["role"] != "anon" or (which["route"] in OF_VISITORS and response.status_code == 200):
                    self.assertIn("no-store", response.get("Cache-Control", ""))
                if response["Content-Type"].startswith("text/html"):
                    self.assertEqual(faults_of(body), [])
                self.assertEqual(seen_in(body, *(value for _, value in response.items())), [])
            if PHONE_MASK in body or ID_MASK in body:
                masked.add(which["role"])
        self.assertGreaterEqual(masked, {"engi", "coun", "city"})

    def test_no_page_repeats_a_number_that_stood_in_its_address(self) -> None:
        numbers = dict(zip(PARAMETERS, [ID_NUMBER, PHONE] * len(PARAMETERS), strict=False))
        for which, response, body in self.answers(one_of_each, query=urlencode(numbers)):
            with self.subTest(**which):
                self.assertEqual(seen_in(body, *(value for _, value in response.items())), [])
                self.assertLess(response.status_code, 500)

    def test_no_redirect_leads_elsewhere(self) -> None:
        for method in ("GET", "POST"):
            for which, response, _ in self.answers(who_is_led_on, method, WAYS_ON):
                with self.subTest(**which):
                    self.assertEqual(urlsplit(response.get("Location", "")).netloc, "")
                    self.assertLess(response.status_code, 500)

    def check_policy(self, policy: str) -> None:
        """Scripts, styles and frames from here alone."""
        directives = {part.split()[0]: part.split()[1:] for part in policy.split("; ")}
        if "sandbox" not in directives:
            self.assertEqual(directives["frame-ancestors"], ["'none'"])
            self.assertEqual(directives["form-action"], ["'self'"])
            self.assertEqual(directives["object-src"], ["'none'"])
        self.assertIn(directives["default-src"], (["'self'"], ["'none'"]))
        self.assertFalse({"script-src", "style-src", "script-src-elem", "script-src-attr"} & directives.keys())
        self.assertNotIn("unsafe", policy)
        self.assertNotIn("*", policy)

    def test_cookies_are_for_this_site_alone(self) -> None:
        for role in ROLES:
            with undone():
                response: Any = self.world.ask(role, "POST", "/accounts/sign-in/", {"username": "x", "password": "y"})
                page: Any = self.world.ask(role, "GET", "/accounts/sign-in/")
            for cookie in [*response.cookies.values(), *page.cookies.values()]:
                with self.subTest(cookie.key, role=role):
                    self.assertTrue(cookie["httponly"])
                    self.assertIn(cookie["samesite"], ("Lax", "Strict"))
