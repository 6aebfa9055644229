"""What the annual list asks of the database with 30,000 years: an index each time; a late page costs no more."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test import TestCase

from accounts.keyset import page_of
from accounts.models import User
from compliance.commands.reviews import review_pass
from compliance.forms.standings import StandingFilter
from compliance.models import AnnualReview
from compliance.queries import reviews
from compliance.views.standings import ORDER
from registry.models import AnnualStanding
from tests.compliance.signing import meeting
from tests.factories import AppointmentFactory, region
from tests.faults.city import copies
from tests.registry.test_queue_plans import LETTERS, buffers, explained, nodes

PEOPLE = 30_000
WHOLE = {"registry_practitioner", "registry_annualstanding", "compliance_annualreview"}


def fill(county: User) -> None:
    """People of five regions with a year each, every third of which is signed; some fell open, some moved since."""
    person = meeting(county, user=None)
    review_pass(actor=county, practitioner=person, year=2021)
    standing, review = AnnualStanding.objects.get(), AnnualReview.objects.get()
    regions = ", ".join(str(region(code).pk) for code in ("city", "dinghai", "putuo", "daishan", "shengsi"))
    here = f"(ARRAY[{regions}])[1 + mod(n / 7, 5)]"
    made = f"generate_series(1, {PEOPLE}) AS n"
    history = ("registry.Practitioner:insert_insert", "compliance.AnnualReview:insert_insert")
    with connection.cursor() as cursor, pgtrigger.ignore(*history):
        copies(
            cursor,
            person,
            made,
            id="1000000 + n",
            id_hash="decode(md5(n::text), 'hex')",
            phone_hash="NULL",
            name="chr(19968 + mod(n, 500)) || chr(25968 + mod(n, 977))",
            name_sort=f"chr(97 + mod(n, 26)) || 'en ' || {LETTERS}",
            region_id=here,
        )
        copies(
            cursor,
            standing,
            made,
            id="1000000 + n",
            practitioner_id="1000000 + n",
            region_id=here,
            meets="mod(n, 2) = 0",
        )
        copies(
            cursor,
            review,
            f"{made} WHERE mod(n, 3) = 0",
            id="1000000 + n",
            practitioner_id="1000000 + n",
            region_id=here,
            state="CASE WHEN mod(n, 30) = 0 THEN 'open' WHEN mod(n, 30) = 3 THEN 'failed' ELSE 'passed' END",
            changed="mod(n, 30) = 0",
        )
        cursor.execute("ANALYZE registry_practitioner, registry_annualstanding, compliance_annualreview")


class Plans(TestCase):
    """Each question as the page asks it, explained and run by the database."""

    county: ClassVar[User]
    city: ClassVar[User]

    @classmethod
    def setUpClass(cls) -> None:
        """A frozen day of the year."""
        cls.enterClassContext(time_machine.travel("2021-09-01T10:00:00+08:00", tick=False))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        """Called by Django once for the class."""
        cls.county = AppointmentFactory().user
        cls.city = AppointmentFactory(city=True).user
        fill(cls.county)

    def rows(self, user: User, query: str) -> Any:
        """The list's rows for an address."""
        found = StandingFilter(QueryDict(query), user=user)
        self.assertFalse(found.form.errors, query)
        return found.qs

    def test_no_page_reads_a_table_whole(self) -> None:
        for user, query, most in (
            (self.city, "", 600),
            (self.city, "verdict=met&review=open", 900),
            (self.city, "region=putuo", 2_500),
            (self.city, "review=passed", 1_500),
            (self.county, "", 2_500),
            (self.county, "verdict=met&review=open", 5_000),
        ):
            with self.subTest(query=query, city=user == self.city):
                rows = self.rows(user, query)
                page, plan = explained(lambda rows=rows: page_of(rows, ORDER))
                self.assertEqual(len(page.rows), 30)
                self.assertFalse(read_whole(plan), plan)
                self.assertLessEqual(buffers(plan), most, [(n["Node Type"], n.get("Index Name")) for n in nodes(plan)])

    def test_a_late_page_costs_what_the_first_does(self) -> None:
        for user, query, skipped in ((self.city, "", 20_000), (self.county, "", 4_000)):
            with self.subTest(city=user == self.city):
                rows = self.rows(user, query)
                cursor = page_of(rows, ORDER, size=skipped).older
                assert cursor is not None
                _, first = explained(lambda rows=rows: page_of(rows, ORDER))
                late_page, late = explained(lambda rows=rows, cursor=cursor: page_of(rows, ORDER, after=cursor))
                self.assertEqual(len(late_page.rows), 30)
                self.assertLessEqual(buffers(late), 1.5 * buffers(first))

    def test_the_review_of_one_person_is_found_by_its_index(self) -> None:
        person = AnnualReview.objects.latest("pk").practitioner
        _, plan = explained(lambda: reviews.review_of(person, 2021))
        self.assertFalse(read_whole(plan))
        self.assertLessEqual(buffers(plan), 30)


def read_whole(plan: dict[str, Any]) -> set[str]:
    """Large tables that the database read from end to end."""
    return WHOLE & {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}
