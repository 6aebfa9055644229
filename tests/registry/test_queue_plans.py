"""What the queue asks of the database with 30,000 claims: an index each time; a late page costs what the first does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar

import pgtrigger
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from accounts.keyset import page_of
from accounts.models import User
from registry.forms.review import ReviewFilter
from registry.models import Claim
from registry.queries import claims, second_looks
from registry.queries.findings import findings_of
from registry.views.queue import STATES, in_state
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.faults.city import copies
from tests.registry.people import EXAM, PractitionerFactory, draft

UNITS, PEOPLE, CLAIMS = 400, 20_000, 30_000
# A page of 30 rows with people, units and offices, and its one index; a table read whole has 1,300 and more.
FEW = 400
LETTERS = "translate(substr(md5(n::text), 1, 6), '0123456789', 'ghijklmnop')"
STATE = """
CASE WHEN mod(n, 10) = 0 THEN 'submitted' WHEN mod(n, 10) = 1 THEN 'returned' WHEN mod(n, 100) = 2 THEN 'refused'
WHEN mod(n, 100) = 3 THEN 'reversed' ELSE 'accepted' END
"""


def fill() -> None:
    """People of five regions with a claim or two each; the first of both is made by command, the others are copies."""
    person = PractitionerFactory(user=None)
    with_account = PractitionerFactory()
    claim = draft(with_account, EXAM)
    unit = OrganisationFactory()
    units = f"generate_series(1, {UNITS}) AS n"
    regions = ", ".join(str(region(code).pk) for code in ("city", "dinghai", "putuo", "daishan", "shengsi"))
    people = f"generate_series(1, {PEOPLE}) AS n"
    made = f"generate_series(1, {CLAIMS}) AS n"
    history = ("registry.Practitioner:insert_insert", "registry.Claim:insert_insert")
    with connection.cursor() as cursor, pgtrigger.ignore(*history):
        copies(cursor, unit, units, id="3000000 + n", name="'单位' || n", uscc="lpad(n::text, 18, '0')")
        copies(
            cursor,
            person,
            people,
            id="1000000 + n",
            id_hash="decode(md5(n::text), 'hex')",
            phone_hash="NULL",
            id_last4="lpad((mod(n, 10000))::text, 4, '0')",
            name="chr(19968 + mod(n, 500)) || chr(25968 + mod(n, 977))",
            name_sort=f"chr(97 + mod(n, 26)) || 'en ' || {LETTERS}",
            organisation_id=f"3000001 + mod(n, {UNITS})",
            region_id=f"(ARRAY[{regions}])[1 + mod(n / 7, 5)]",
        )
        copies(
            cursor,
            claim,
            made,
            id="2000000 + n",
            token="md5(n::text)::uuid",
            number="'SB2021' || lpad(n::text, 7, '0')",
            practitioner_id=f"1000000 + 1 + mod(n, {PEOPLE})",
            region_id=f"(ARRAY[{regions}])[1 + mod(n / 7, 5)]",
            state=STATE,
            submitted_at="timestamptz '2021-01-05 09:00+08' + n * interval '10 minutes'",
            certificate_key="'ZJ' || lpad(n::text, 8, '0')",
            finding_count="(mod(n, 60) = 0)::int",
        )
        cursor.execute(
            "INSERT INTO registry_secondlook"
            " (claim_id, region_id, first_reviewer_id, state, drawn_at, opinion, decision)"
            " SELECT id, region_id, %s, CASE WHEN id %% 40 = 2 THEN 'open' ELSE 'agreed' END, submitted_at, '', ''"
            " FROM registry_claim WHERE state = 'accepted'",
            [with_account.user_id],
        )
        cursor.execute("ANALYZE accounts_organisation, registry_practitioner, registry_claim, registry_secondlook")


class Plans(TestCase):
    """Each question as the page asks it, explained and run by the database."""

    county: ClassVar[User]
    city: ClassVar[User]

    @classmethod
    def setUpClass(cls) -> None:
        """A frozen day after the last claim."""
        cls.enterClassContext(time_machine.travel("2021-09-01T10:00:00+08:00", tick=False))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        """Called by Django once for the class."""
        fill()
        cls.county = AppointmentFactory().user
        cls.city = AppointmentFactory(city=True).user

    def asked(self, user: User, query: str) -> tuple[Any, tuple[str, ...]]:
        """The queue's rows and order for an address."""
        data = QueryDict(query)
        found = ReviewFilter(data, claims.queue(user), user=user)
        self.assertFalse(found.form.errors, query)
        return in_state(found.qs, data.get("state", "submitted")), found.order

    def test_each_page_has_its_index(self) -> None:
        for user, query in (
            (self.county, ""),
            (self.county, "sort=newest"),
            (self.county, "state=all"),
            (self.county, "state=accepted"),
            (self.county, "waited=30"),
            (self.county, "told=yes"),
            (self.city, "region=all&state=all"),
            (self.city, "region=all&state=accepted&sort=newest"),
            (self.city, "region=putuo"),
        ):
            with self.subTest(query=query, city=user == self.city):
                rows, order = self.asked(user, query)
                page, plan = explained(lambda rows=rows, order=order: page_of(rows, order))
                self.assertEqual(len(page.rows), 30)
                # What waits and was told of something is a short list: it may be sorted.
                self.assert_cheap(plan, most=1_000 if "told" in query else FEW)

    def test_each_search_has_its_index(self) -> None:
        for typed, index in (
            ("SB20210000005", "registry_claim_number_"),
            ("20210000005", "registry_claim_number_"),
            ("0001", "practitioner_last4"),
            ("ZJ-00000005", "claim_certificate"),
            (chr(19969) + chr(25969), "practitioner_called"),
            ("ben ckca", "practitioner_pinyin"),
            ("benckcaki", "practitioner_pinyin"),
        ):
            for user, region_asked in ((self.city, "region=all&"), (self.county, "")):
                with self.subTest(typed=typed, city=user == self.city):
                    rows, order = self.asked(user, f"{region_asked}state=all&q={typed}")
                    page, plan = explained(lambda rows=rows, order=order: page_of(rows, order))
                    self.assert_cheap(plan)
                    if user == self.city:
                        self.assertTrue(0 < len(page.rows) < 10)
                        used = {node.get("Index Name", "") for node in nodes(plan)}
                        self.assertTrue(any(name.startswith(index) for name in used), used)

    def test_a_late_page_costs_what_the_first_does(self) -> None:
        for user, query, skipped in (
            (self.county, "state=all", 3_000),
            (self.county, "state=accepted", 2_500),
            (self.city, "region=all&state=all", 20_000),
            (self.city, "region=all&state=submitted&sort=newest", 1_500),
        ):
            with self.subTest(query=query):
                rows, order = self.asked(user, query)
                cursor = page_of(rows, order, size=skipped).older
                assert cursor is not None
                _, first = explained(lambda rows=rows, order=order: page_of(rows, order))
                late_page, late = explained(
                    lambda rows=rows, order=order, cursor=cursor: page_of(rows, order, after=cursor)
                )
                self.assertEqual(len(late_page.rows), 30)
                self.assertLessEqual(buffers(late), 1.2 * buffers(first))

    def test_the_numbers_on_the_tabs_read_no_more_than_they_tell(self) -> None:
        for user, query in ((self.county, ""), (self.city, "region=all"), (self.city, "")):
            with self.subTest(query=query, city=user == self.city):
                found = ReviewFilter(QueryDict(query), claims.queue(user), user=user)
                counts, plan = explained(lambda found=found: claims.counts_by_state(found.qs, STATES))
                self.assertEqual({str(counts[state]) for state in ("submitted", "accepted", "returned")}, {"200+"})
                self.assertLessEqual(buffers(plan), len(STATES) * 250, plan)
                self.assertLessEqual(max(node["Actual Rows"] for node in nodes(plan)), len(STATES) * 201)

    def test_the_number_on_the_dashboard(self) -> None:
        for user in (self.county, self.city):
            _, plan = explained(lambda user=user: claims.counted(claims.to_decide(user)))
            self.assert_cheap(plan, most=250)

    def test_findings_look_at_a_few_rows(self) -> None:
        claim = Claim.objects.get(number="SB20210012000")
        with CaptureQueriesContext(connection) as asked:
            findings_of(claim)
        questions = [query["sql"] for query in asked.captured_queries if "registry_claim" in query["sql"]]
        self.assertGreaterEqual(len(questions), 2)
        for sql in questions:
            with self.subTest(sql=sql[:60]):
                self.assert_cheap(plan_of(sql), most=60)

    def test_second_looks(self) -> None:
        for user in (self.county, self.city):
            for rows in (second_looks.visible_to(user), second_looks.to_act(user)):
                with self.subTest(city=user == self.city):
                    page, plan = explained(lambda rows=rows: page_of(rows, ("drawn_at", "id")))
                    self.assertEqual(len(page.rows), 30)
                    self.assert_cheap(plan, most=1_000)
            _, plan = explained(lambda user=user: claims.counted(second_looks.to_act(user)))
            self.assert_cheap(plan, most=5_000)

    def assert_cheap(self, plan: dict[str, Any], most: int = FEW) -> None:
        """No table is read whole, and few blocks are touched."""
        read_whole = {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}
        self.assertFalse(read_whole & {"registry_claim", "registry_practitioner", "registry_secondlook"}, plan)
        self.assertLessEqual(buffers(plan), most, [(n["Node Type"], n.get("Index Name")) for n in nodes(plan)])


def explained(ask: Any) -> tuple[Any, dict[str, Any]]:
    """What was answered, and how the database came by it."""
    with CaptureQueriesContext(connection) as asked:
        answer = ask()
    return answer, plan_of(asked.captured_queries[-1]["sql"])


def plan_of(sql: str) -> dict[str, Any]:
    """How the database answers, and what that costs."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}")
        (found,) = cursor.fetchone()
    plan: dict[str, Any] = (found if isinstance(found, list) else json.loads(found))[0]["Plan"]
    return plan


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan's nodes from the top."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def buffers(plan: dict[str, Any]) -> int:
    """Blocks touched, in memory or not."""
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
