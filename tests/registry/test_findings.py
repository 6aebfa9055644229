"""Honest checks, each as a table: what else was handed in, and which facts the reviewer is then told."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection

from accounts.models import User
from registry.commands.claims import ClaimInput, claim_submit
from registry.commands.decisions import claim_accept, claim_refuse, claim_return, claim_reverse
from registry.commands.evidence import evidence_add
from registry.commands.spans import hold, release
from registry.models import ActivitySpan, Claim, Practitioner, PrescribedCourse, SpanSource
from registry.models.claims import certificate_key
from registry.queries.findings import findings_of, serious
from registry.queries.findings.days import most_crowded
from registry.queries.notices import notice_on
from registry.queries.spans import Span
from tests.factories import OrganisationFactory
from tests.registry.groups import CLASS as GROUP
from tests.registry.groups import admin_of, handed_in, team
from tests.registry.people import EXAM, PractitionerFactory, draft, upload
from tests.registry.stages import run

REASON = "已核对证书原件"
CLASS = ClaimInput(
    activity="training_class",
    title="绿色建筑研修班",
    started_on=date(2021, 6, 1),
    ended_on=date(2021, 6, 2),
    hours=Decimal(12),
    days=2,
)
TALK = ClaimInput(
    activity="academic_conference",
    tier="city",
    quantity=1,
    title="海岛供水技术讲座",
    started_on=date(2021, 6, 2),
    ended_on=date(2021, 6, 2),
)
COURSE = ClaimInput(
    activity="online_course",
    title="智能建造导论",
    started_on=date(2021, 6, 2),
    ended_on=date(2021, 6, 2),
    hours=Decimal(4),
)
PAPER = replace(TALK, activity="paper", tier="other", title="监理工作方法探讨")


def days(first: int, last: int, month: int = 6) -> dict[str, date]:
    """Dates of one month of 2021."""
    return {"started_on": date(2021, month, first), "ended_on": date(2021, month, last)}


def filed(person: Practitioner, data: ClaimInput, *, shade: int | None = None) -> Claim:
    """A claim handed in with every proof that it needs; `shade` makes two claims' files the same."""
    claim = draft(person, data)
    for number, asked in enumerate(notice_on(data.ended_on).activities[data.activity].evidence):
        file = upload(shade=claim.pk * 7 + number if shade is None else shade)
        evidence_add(actor=person.user, claim=claim, kind=asked.code, upload=file, token=uuid.uuid4())
    return claim_submit(actor=person.user, claim=claim)


def codes(claim: Claim) -> list[str]:
    """The facts told of a claim."""
    return [finding.code for finding in findings_of(claim)]


@pytest.mark.parametrize(
    ("other", "claimed", "told"),
    [
        (CLASS, TALK, ["same_day"]),  # 12 hours on two days and 4 on the second of them: full, but no more
        (replace(CLASS, hours=Decimal("12.5")), TALK, ["same_day", "hours_a_day"]),
        (replace(CLASS, **days(3, 4)), TALK, []),
        (replace(CLASS, hours=Decimal(8)), TALK, ["same_day"]),
        (CLASS, replace(TALK, **days(3, 3)), []),
        (TALK, TALK, ["same_day"]),
        (CLASS, COURSE, []),  # a course may share the day; 16 hours on two days
        (replace(CLASS, hours=Decimal(16)), COURSE, ["hours_a_day"]),
        (replace(COURSE, hours=Decimal(5)), COURSE, ["hours_a_day"]),  # 9 on one day
        (COURSE, COURSE, []),
        (replace(COURSE, hours=Decimal(48)), COURSE, []),  # its one date is its certificate's
        (COURSE, replace(COURSE, hours=Decimal(48)), ["certificate_date"]),
        (replace(COURSE, hours=Decimal(48), **days(1, 30)), COURSE, []),  # 48 hours fit into the other 29 days
        (replace(COURSE, hours=Decimal(30), **days(1, 4)), COURSE, ["hours_a_day"]),  # 34 on four days
        (PAPER, TALK, []),
        (TALK, PAPER, []),
        (EXAM, replace(TALK, **days(22, 22, month=5)), []),
    ],
)
def test_days_of_claims(person: Practitioner, other: ClaimInput, claimed: ClaimInput, told: list[str]) -> None:
    filed(person, other)
    assert codes(filed(person, claimed)) == told


def test_days_of_somebody_else_are_theirs(person: Practitioner) -> None:
    filed(PractitionerFactory(), CLASS)
    assert codes(filed(person, TALK)) == []


def test_one_claim_alone_may_be_too_much_for_its_days(person: Practitioner) -> None:
    claim = filed(person, replace(COURSE, hours=Decimal(20), **days(1, 2)))
    [finding] = findings_of(claim)
    assert finding.text == "2021年6月1日至2日的2天内，本申报共20学时；即使平均分摊到每一天，也超过每天8学时。"


def test_days_of_a_roster_count_as_a_claims_do(person: Practitioner) -> None:
    other = PractitionerFactory()
    class_days = [Span(date(2021, 6, day), date(2021, 6, day), 1, Decimal(8), day_measured=True) for day in (1, 2)]
    hold(source=SpanSource.ROSTER, source_id=7, spans={person.pk: class_days, other.pk: class_days})
    claim = filed(person, TALK)
    assert [(finding.code, finding.others) for finding in findings_of(claim)] == [("same_day", ()), ("hours_a_day", ())]
    assert "另有1件培训班登记与本申报的日期重叠（2021年6月2日）" in findings_of(claim)[0].text
    assert findings_of(claim)[1].text == "2021年6月2日，本申报和另外1件培训班登记合计12学时，超过每天8学时。"
    hold(source=SpanSource.ROSTER, source_id=7, spans={other.pk: class_days})
    assert codes(claim) == []
    release(source=SpanSource.ROSTER, source_id=7)
    assert ActivitySpan.objects.filter(source=SpanSource.ROSTER).count() == 0


@pytest.mark.parametrize("leaves", ["return", "refuse", "reverse", "withdraw"])
def test_what_counts_no_longer_holds_no_day(person: Practitioner, county: User, leaves: str) -> None:
    claim = filed(person, CLASS)
    assert ActivitySpan.objects.filter(source_id=claim.pk).count() == 1
    for name in ("accept", "reverse") if leaves == "reverse" else (leaves,):
        claim = run(name, claim, county)
        held = ActivitySpan.objects.filter(source_id=claim.pk).count()
        assert held == (1 if name == "accept" else 0)
    assert codes(filed(person, TALK)) == []


HELD = Span(date(2021, 6, 5), date(2021, 6, 6), 2, Decimal(12), day_measured=False)


@pytest.mark.parametrize(
    ("others", "worst"),
    [
        ([], None),
        ([(5, 5, 4)], None),
        ([(5, 5, 5)], (5, 6, 17)),
        ([(1, 30, 200)], None),
        ([(1, 30, 229)], (1, 30, 241)),
        ([(4, 5, 10), (6, 7, 11)], (4, 7, 33)),  # neither pair alone is too much for its days
        ([(4, 5, 8), (6, 7, 8)], None),
        ([(5, 5, 8), (6, 6, 8), (1, 9, 50)], (5, 6, 28)),  # the fullest stretch is told, not the longest
        ([(7, 7, 20)], (5, 7, 32)),
        ([(8, 8, 40)], (5, 8, 52)),
    ],
)
def test_the_fullest_stretch_of_days(others: list[tuple[int, int, int]], worst: tuple[int, int, int] | None) -> None:
    near = [
        Span(date(2021, 6, first), date(2021, 6, last), 1, Decimal(hours), day_measured=False)
        for first, last, hours in others
    ]
    found = most_crowded(HELD, near, Decimal(8))
    assert (found and (found.first.day, found.last.day, found.hours)) == worst


def numbered(number: str, data: ClaimInput = EXAM, **more: Any) -> ClaimInput:
    return replace(data, certificate_number=number, **more)


@pytest.mark.parametrize(
    ("number", "other", "told"),
    [
        ("ZJ-2021-0001", "ZJ-2021-0001", True),
        ("ZJ-2021-0001", "ｚｊ２０２１　０００１", True),  # full width, lower case, spaced
        ("浙建教〔2021〕8号", "浙建教[2021]8号", True),
        ("ZJ-2021-0001", "ZJ-2021-00011", False),
        ("", "", False),
        ("无", "无", False),
        ("暂无编号", "暂无编号", False),
        ("001", "001", False),
    ],
)
def test_the_same_certificate_number(person: Practitioner, number: str, other: str, told: bool) -> None:
    stranger, own = filed(PractitionerFactory(), numbered(other)), filed(person, numbered(other))
    found = {finding.code: finding.others for finding in findings_of(filed(person, numbered(number)))}
    both = {"same_certificate_own": (own.pk,), "same_certificate_other": (stranger.pk,)}
    assert found == (both if told else {})


def test_a_certificate_number_longer_than_its_column_is_compared_by_its_beginning() -> None:
    assert certificate_key("㍿" * 20 + "1") == ""  # one sign becomes four, and the column ends before the digit
    assert certificate_key("8" * 60 + "9") == "8" * 60


def test_alike_by_chance_is_told(person: Practitioner) -> None:
    filed(PractitionerFactory(), numbered("2021-0001", organiser="甲协会"))
    [finding] = findings_of(filed(person, numbered("2021-0001", organiser="乙学会")))
    assert finding.text == "证书（文号）编号与其他人员的1件申报相同（发证单位不同）。"


@pytest.mark.parametrize(
    ("step", "own", "foreign"),
    [
        (claim_return, True, True),
        (claim_refuse, False, True),
        (claim_accept, True, True),
    ],
)
def test_what_was_taken_back_or_refused(
    person: Practitioner, county: User, step: Any, own: bool, foreign: bool
) -> None:
    for someone in (person, PractitionerFactory()):
        step(actor=county, claim=filed(someone, numbered("ZJ-2021-0001")), reason=REASON)
    found = codes(filed(person, numbered("ZJ-2021-0001")))
    assert ("same_certificate_own" in found, "same_certificate_other" in found) == (own, foreign)


def test_the_same_file_of_other_people_and_other_claims(person: Practitioner) -> None:
    own, stranger = filed(person, EXAM, shade=77), filed(PractitionerFactory(), EXAM, shade=77)
    found = {finding.code: (finding.others, finding.text) for finding in findings_of(filed(person, EXAM, shade=77))}
    assert found == {
        "same_file_own": ((own.pk,), "有证明材料与该人员另外1件申报的文件完全相同（2021年度）。"),
        "same_file_other": ((stranger.pk,), "有证明材料与其他人员的1件申报的文件完全相同（2021年度）。"),
    }
    assert codes(filed(person, EXAM, shade=78)) == []


def test_papers_of_an_envelope_are_many_peoples_and_certificates_are_not(db: None) -> None:
    """The unit sends an old notice again the year after; and one person's certificate is handed in for two."""
    unit = OrganisationFactory()
    admin = admin_of(unit)
    first, second = handed_in(admin, team(unit, 2)).claims.order_by("pk")
    notice = first.group.evidence.first()
    same_year = handed_in(admin, team(unit, 1)).claims.get()
    with time_machine.travel("2022-09-01T10:00:00+08:00", tick=False):
        data = replace(GROUP, started_on=date(2022, 4, 6), ended_on=date(2022, 4, 7))
        year_after = handed_in(admin, team(unit, 1), data).claims.get()
    assert [codes(claim) for claim in (first, second, same_year, year_after)] == [[], [], [], []]
    for claim in (same_year, year_after):
        claim.group.evidence.filter(kind=notice.kind).update(sha256=notice.sha256)
    assert codes(same_year) == ["same_file_other"]  # the year after has it
    found = findings_of(year_after)
    assert [(finding.code, set(finding.others)) for finding in found] == [
        ("same_file_other", {first.pk, second.pk, same_year.pk})
    ]
    second.evidence.update(sha256=first.evidence.get().sha256)
    [finding] = findings_of(second)
    assert set(finding.others) == {first.pk, year_after.pk}


def test_a_draft_with_the_same_file_is_nobodys_claim(person: Practitioner) -> None:
    waiting = draft(PractitionerFactory())
    evidence_add(
        actor=waiting.practitioner.user, claim=waiting, kind="exam_result", upload=upload(shade=77), token=uuid.uuid4()
    )
    assert codes(filed(person, EXAM, shade=77)) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"started_on": date(2020, 12, 30), "ended_on": date(2021, 1, 4)}, ["outside_year"]),
        ({"started_on": date(2021, 1, 1), "ended_on": date(2021, 1, 4)}, []),
        ({"title": "2020年度一级建造师执业资格考试"}, ["other_year_named"]),
        ({"title": "2021年度一级建造师执业资格考试"}, []),
        ({"title": "第12020年会"}, []),
    ],
)
def test_an_activity_outside_its_year(person: Practitioner, changes: dict[str, Any], told: list[str]) -> None:
    assert codes(filed(person, replace(EXAM, **changes))) == told


@pytest.mark.parametrize(
    ("listed", "claimed", "told"),
    [
        ([], {}, "no_course_list"),
        ([("工程质量安全", 12, True)], {}, None),
        ([("工程质量安全", 12, True)], {"title": "ｈｇ－０１"}, None),  # by its code, of whatever width
        ([("工程 质量安全", 12, True)], {}, None),
        ([("工程质量安全", 12, True)], {"title": "绿色建筑"}, "course_off_list"),
        ([("工程质量安全", 12, True)], {"hours": Decimal(8)}, "course_hours_differ"),
        ([("工程质量安全", 12, False)], {}, "no_course_list"),
        ([("工程质量安全", 12, False), ("绿色建筑", 6, True)], {}, "course_off_list"),
    ],
)
def test_a_public_course_is_held_against_the_years_list(
    person: Practitioner, listed: list[tuple[str, int, bool]], claimed: dict[str, Any], told: str | None
) -> None:
    for number, (name, hours, active) in enumerate(listed, 1):
        PrescribedCourse.objects.create(
            year=2021,
            code=f"HG-{number:02d}",
            name=name,
            category="industry_public",
            hours=hours,
            platform="zhoushan",
            is_active=active,
        )
    course = ClaimInput(activity="industry_public_course", title="工程质量安全", hours=Decimal(12), **days(1, 30))
    claim = filed(person, replace(course, **claimed))
    assert codes(claim) == ([told] if told else [])
    assert claim.finding_count == (0 if told in (None, "no_course_list") else 1)


def test_professional_courses_are_on_no_list(person: Practitioner) -> None:
    PrescribedCourse.objects.create(
        year=2021, code="HG-01", name="别的课程", category="professional", hours=2, platform="zhoushan"
    )
    assert codes(filed(person, COURSE)) == []


@pytest.mark.parametrize(
    ("earlier", "amount", "told"),
    [
        ([], 8, False),
        ([], 31, True),  # 93 hours: more than a whole year asks for
        ([1, 1], 8, False),  # nothing is usual yet
        ([1, 1, 1], 8, True),  # 24 hours, where 3 are usual
        ([1, 1, 1], 3, False),
        ([1, 1, 1], 6, False),  # 18 hours: six times as many, but not two full days more
        ([2, 4, 9], 12, False),  # just three times the middle one
        ([2, 4, 9], 13, True),
        ([40, 40, 40], 41, False),  # much, but usual
    ],
)
def test_an_amount_far_above_the_usual(
    person: Practitioner, county: User, earlier: list[int], amount: int, told: bool
) -> None:
    for number in earlier:
        claim_accept(actor=county, claim=filed(person, replace(PAPER, quantity=number)), reason=REASON)
    assert codes(filed(person, replace(PAPER, quantity=amount))) == (["above_usual"] if told else [])


def test_only_what_was_accepted_is_usual(person: Practitioner, county: User) -> None:
    for _ in range(3):
        claim = claim_accept(actor=county, claim=filed(person, PAPER), reason=REASON)
        claim_reverse(actor=county, claim=claim, reason=REASON)
        filed(PractitionerFactory(), PAPER)
    assert codes(filed(person, replace(PAPER, quantity=8))) == []


def test_a_claim_counts_its_findings_when_it_is_handed_in(person: Practitioner) -> None:
    first, second = filed(person, CLASS), filed(person, TALK)
    assert (first.finding_count, second.finding_count) == (0, 1)
    third = filed(person, replace(COURSE, hours=Decimal(48), **days(3, 3)))
    assert (third.finding_count, serious(findings_of(third))) == (0, [])


def test_claims_from_before_hold_what_they_would_hold_now(person: Practitioner, county: User) -> None:
    for data in (CLASS, TALK, COURSE, replace(COURSE, hours=Decimal(48)), PAPER, EXAM, numbered("ZJ-2021-0001")):
        filed(person, data)
    claim_refuse(actor=county, claim=filed(person, replace(TALK, **days(9, 9))), reason=REASON)
    columns = ("practitioner", "source", "source_id", "started_on", "ended_on", "days", "hours", "day_measured")
    held = set(ActivitySpan.objects.values_list(*columns))
    assert len(held) == 3
    keys = set(Claim.objects.values_list("pk", "certificate_key"))
    ActivitySpan.objects.all().delete()
    Claim.objects.update(certificate_key="")
    migration = import_module("registry.migrations.0011_days_of_claims")
    by_code, by_sql = migration.Migration.operations
    by_code.code(apps, None)
    [(sql, params)] = by_sql.sql
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
    assert set(ActivitySpan.objects.values_list(*columns)) == held
    assert set(Claim.objects.values_list("pk", "certificate_key")) == keys
