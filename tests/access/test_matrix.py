"""Every route × role × object answers as the matrix says, and nothing stands outside it."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.access.case import WorldTestCase, undone
from tests.access.matrix import FORMS, ROLES, Row, rows
from tests.access.routes import routes
from tests.access.world import footprint

SIGN_IN = reverse("accounts:sign_in")
REFUSALS = ("in", "403", "404", "405")
# A masked token is another text in every page, and the same secret.
TOKEN = re.compile(r'(csrfmiddlewaretoken" value="|"X-CSRFToken": ")[A-Za-z0-9]{64}')
# Who may open an address without signing in; anything else leads a visitor to the sign-in page.
OPEN_TO_ALL = {
    "home",
    "standards",
    "courses:class_list",
    "courses:class_export",
    "courses:class_public",
    "courses:class_why",
    "healthz",
    "readyz",
    "accounts:sign_in",
    "accounts:reset_request",
    "accounts:reset_sent",
    "accounts:reset_confirm",
    "accounts:reset_done",
    "registry:sign_up",
    "registry:sign_up_units",
    "registry:invitation_open",
    "registry:invitation",
    "registry:invitation_code",
    "registry:invitation_confirm",
    "registry:invitation_sign_up",
    "units:apply",
    "certificates:check",
    "certificates:public",
    "certificates:public_json",
    "courses:check_in",
}
# What shows an address of somebody's object to be tried with another region's, too.
FAR = {"claim.other_region", "claim.far_accepted", "person.other_region", "job.nightly"}
OF_ROUTE: dict[str, list[Row]] = defaultdict(list)
for _row in rows():
    OF_ROUTE[_row.route].append(_row)


def test_every_route_has_its_rows_and_every_row_its_route() -> None:
    assert sorted(OF_ROUTE) == sorted(routes())


def test_no_form_is_left_over_and_no_line_stands_twice() -> None:
    assert set(FORMS) <= {row.route for row in rows() if row.method == "POST"}
    seen = [(row.route, row.object, row.method) for row in rows()]
    assert len(seen) == len(set(seen))


def test_a_visitor_finds_only_the_open_addresses_open() -> None:
    assert {row.route for row in rows() if row.gets["anon"] != "in"} == OPEN_TO_ALL


@pytest.mark.parametrize("name", sorted(OF_ROUTE))
def test_somebodys_object_is_tried_by_others_and_from_afar(name: str) -> None:
    """An address of a claim, a person or a job has lines for objects that are not one's own, one of them far away."""
    objects = {row.object for row in OF_ROUTE[name] if row.object.split(".")[0] in ("claim", "person", "job")}
    assert not objects or (len(objects) >= 3 and objects & FAR)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a role got: in the matrix's words, the page without what differs each time, the number of queries."""

    told: str
    page: str
    queries: int


def role_for_each_answer(row: Row) -> dict[str, str]:
    """What somebody gets at a line, and one role that gets it."""
    return {row.gets[role]: role for role in ROLES}


class Matrix(WorldTestCase):
    """The lines, asked for one by one. Two tests look at the same answers, so they are kept."""

    before: tuple[int, ...]
    answers: ClassVar[dict[tuple[str, ...], Answer]] = {}

    @classmethod
    def setUpTestData(cls) -> None:
        """The world, and how much there is in it."""
        super().setUpTestData()
        cls.before = footprint()

    def test_each_role_gets_what_the_matrix_says(self) -> None:
        for name, lines in OF_ROUTE.items():
            with self.subTest(name):
                expected = {(row.object, row.method, role): row.gets[role] for row in lines for role in ROLES}
                found = {(row.object, row.method, role): self.kept(role, row).told for row in lines for role in ROLES}
                self.assertEqual(found, expected)

    def test_the_unseen_looks_exactly_like_the_absent(self) -> None:
        """Same status, same page, same number of queries: nobody learns that there is something to be hidden."""
        for row in rows():
            if not routes()[row.route].parameters:
                continue
            absent = replace(row, object=self.world.absent(row.object))
            for role in (role for role in ROLES if row.gets[role] == "404"):
                with self.subTest(row.route, object=row.object, method=row.method, role=role):
                    self.assertEqual(self.kept(role, row), self.kept(role, absent))

    def test_a_post_without_its_token_does_nothing(self) -> None:
        for row in rows():
            if row.method == "POST":
                for gets, role in role_for_each_answer(row).items():
                    with self.subTest(row.route, object=row.object, role=role, gets=gets):
                        self.assertEqual(self.answer(role, row, token=False).told, "403")

    def test_other_methods_are_refused(self) -> None:
        """405 from whom may come here at all; who may not is told so (in, 404) or meets the 405: both tell nothing.

        PUT stands for all that change something: Django's own form views would take it for POST.
        """
        for name, lines in OF_ROUTE.items():
            allowed = {row.method for row in lines}
            for gets, role in role_for_each_answer(lines[0]).items():
                expected = {"405", "404", "in"} if gets in ("in", "404") else {"405"}
                for method in {"GET", "POST", "PUT"} - allowed:
                    with self.subTest(name, role=role, method=method):
                        self.assertIn(self.answer(role, replace(lines[0], method=method)).told, expected)

    def kept(self, role: str, row: Row) -> Answer:
        """The answer, asked for once."""
        key = (row.route, row.object, row.method, role)
        if key not in self.answers:
            self.answers[key] = self.answer(role, row)
        return self.answers[key]

    def answer(self, role: str, row: Row, *, token: bool = True) -> Answer:
        """What the role gets; a refusal after which something changed says so."""
        connection.queries_log.clear()  # it holds 9,000 and counts nothing more once it is full
        with undone():
            with CaptureQueriesContext(connection) as queries:
                response = self.ask(role, row, token=token)
                page = TOKEN.sub(r"\1…", response.getvalue().decode("utf-8", "replace"))
            told = str(response.status_code)
            if told == "302" and response["Location"].split("?")[0] == SIGN_IN:
                told = "in" if response["Location"] == f"{SIGN_IN}?next={self.url(row)}" else "in, but not back"
            if told in REFUSALS and row.method != "GET" and footprint() != self.before:
                told += ", and yet something changed"
        return Answer(told, page if told == "404" else "", len(queries))
