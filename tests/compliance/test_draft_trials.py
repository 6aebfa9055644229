"""What if: a draft tried out on a year names the right people, by the rules that judge, and changes nothing."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts.errors import Forbidden, InputError
from accounts.models import User
from compliance.commands import draft_trials as commands
from compliance.commands.draft_trials import trial_request, trials_expire
from compliance.models import Trial, TrialEntry, TrialLine
from compliance.queries.draft_trials import sums, tables
from hours_rules import Activity, Entry, compose
from hours_rules.notices import load
from hours_rules.recredit import recredit
from office.audit.models import Event
from office.jobs.commands import run
from office.jobs.models import Job
from registry.commands import ledger, standing
from registry.commands.adjustments import AdjustmentInput, adjustment_approve, adjustment_enter
from registry.commands.standing import lock_people, refresh_people
from registry.models import HourEntry, NoticeVersion, Practitioner
from tests.compliance.signing import CLASS, GENERAL, INDUSTRY, WHOLE, meeting, post
from tests.compliance.tried import GENERAL_24, drafted, text_with, tried
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory

CPD = Activity("licence_cpd", hours=Decimal(50))
SIX_GENERAL = Activity("general_public_course", hours=Decimal(6))
FIVE_SUBJECTS = Activity("licence_exam", tier="national", quantity=5)
EXAM_FIVE = ('考试", hours = 8 }', '考试", hours = 5 }')
NATIONAL = '    { code = "national", name = "全国住房和城乡建设执业资格证书考试", hours = 8 },\n'
PROVINCIAL = '    { code = "provincial", name = "省建设类考试", hours = 6 },\n'
AS_CERTIFIED = [  # an examination's hours as its certificate states them: nobody stated any so far
    ('科目"\nfacts = ["quantity"]', '科目"\nfacts = ["hours"]\nhours_basis = "证书载明"'),
    (f"tiers = [\n{NATIONAL}{PROVINCIAL}]\n", ""),
]
INDUSTRY_TOO = ('category = "general_public"', 'category = "industry_public"')
OWN_ROWS = {"compliance_trial", "compliance_trialline", "compliance_trialentry", "jobs_job", "audit_event"}


@pytest.fixture
def city(db: None) -> User:
    """The city office."""
    return AppointmentFactory(city=True).user


def outcomes(trial: Trial) -> dict[str, str]:
    """Name of each person → what would become of their verdict."""
    return dict(TrialLine.objects.filter(trial=trial).values_list("practitioner__name", "outcome"))


def test_general_public_24_names_who_would_fall_short_worked_out_by_hand(city: User) -> None:
    """By hand, professional/industry/general; the draft asks 60/12/24 and 90 in all, the notice 60/12/18 and 90."""
    people = {
        "甲": WHOLE,  # 60/12/18 = 90: 6 short of 24
        "乙": (*WHOLE, SIX_GENERAL),  # 60/12/24 = 96: meets both
        "丙": (INDUSTRY, CLASS),  # 60/12/0 = 72: short of both
        "丁": (GENERAL, SIX_GENERAL, INDUSTRY, CPD),  # 36 of 50 count/12/24 = 72: short of both
    }
    for name, activities in people.items():
        post(PractitionerFactory(name=name), city, *activities)
    trial = tried(city, GENERAL_24)
    assert outcomes(trial) == {"甲": "newly_short", "乙": "still_met", "丙": "still_short", "丁": "still_short"}
    line = TrialLine.objects.get(trial=trial, practitioner__name="甲")
    assert (line.was_deficit_general_public, line.deficit_general_public, line.deficit_total) == (0, 6, 0)
    assert (line.was_counted_total, line.counted_total) == (90, 90)
    assert not TrialEntry.objects.exists()  # minimums alone: every line is worth what it was
    assert sums(trial) == {"newly_short": 1, "newly_met": 0, "still_short": 2, "still_met": 1}


def test_lower_minimums_name_who_would_newly_meet_the_year(city: User) -> None:
    post(PractitionerFactory(name="甲"), city, GENERAL, INDUSTRY, CPD)  # 36/12/18 = 66
    post(PractitionerFactory(name="乙"), city, GENERAL, CPD)  # industry 0
    trial = tried(city, ("total = 90", "total = 66"), ("professional = 60", "professional = 36"))
    assert outcomes(trial) == {"甲": "newly_met", "乙": "still_short"}


@pytest.mark.parametrize(
    ("pairs", "activity", "before", "after", "verdict"),
    [
        pytest.param([EXAM_FIVE], FIVE_SUBJECTS, 40, 25, "other", id="a level's hours"),
        pytest.param([("daily_cap = 8", "daily_cap = 6")], CLASS, 60, 48, "other", id="a cap a day cuts"),
        pytest.param([("daily_cap = 8", "daily_cap = 10")], CLASS, 60, 60, None, id="a higher cap grants no more"),
        pytest.param([(NATIONAL, "")], FIVE_SUBJECTS, 40, 0, "nothing", id="a level that is gone"),
        pytest.param(AS_CERTIFIED, FIVE_SUBJECTS, 40, 40, "unclear", id="asks for what nobody stated"),
    ],
)
def test_lines_are_credited_again_from_the_facts_they_stand_on(
    city: User, pairs: list[tuple[str, str]], activity: Activity, before: int, after: int, verdict: str | None
) -> None:
    person = PractitionerFactory()
    (entry,) = post(person, city, activity)
    trial = tried(city, *pairs)
    found = list(TrialEntry.objects.filter(trial=trial).values_list("entry", "verdict", "before", "after"))
    assert found == ([(entry.pk, verdict, before, after)] if verdict else [])
    line = TrialLine.objects.get(trial=trial)
    assert (line.was_counted_professional, line.counted_professional) == (before, after)


def test_an_annual_cap_and_a_category_are_the_drafts(city: User) -> None:
    person = PractitionerFactory()
    post(person, city, CPD)
    trial = tried(city, ("yearly_cap = 36", "yearly_cap = 40"), INDUSTRY_TOO)
    line = TrialLine.objects.get(trial=trial)
    assert (line.was_counted_professional, line.counted_professional) == (36, 40)
    post(person, city, GENERAL)
    line = TrialLine.objects.get(trial=tried(city, INDUSTRY_TOO))
    assert (line.counted_general_public, line.counted_industry_public) == (0, 18)


def test_reversed_lines_stay_undone_and_adjusted_minimums_hold(city: User) -> None:
    person = PractitionerFactory(name="甲")
    post(person, city, GENERAL, INDUSTRY, CLASS)
    (entry,) = post(person, city, FIVE_SUBJECTS)
    ledger.reverse(actor=city, entry=entry, reason="重复申报")
    own = AdjustmentInput(2021, {"general_public": Decimal(10)}, "浙人社发〔2021〕1号", "援派")
    adjustment = adjustment_enter(actor=city, practitioner=person, data=own)
    adjustment_approve(actor=AppointmentFactory(city=True).user, adjustment=adjustment)
    trial = tried(city, GENERAL_24, EXAM_FIVE)
    line = TrialLine.objects.get(trial=trial)
    assert (line.outcome, line.counted_professional, line.deficit_general_public) == ("still_met", 60, 0)
    assert not trial.entries.exists()  # the line is undone: nothing becomes of it


def test_random_ledgers_come_out_as_compose_and_credit_have_them(city: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trial's set statement against the pure rules, person by person; buckets of 7 so that it goes by ranges."""
    monkeypatch.setattr(standing, "BUCKET_SIZE", 7)
    monkeypatch.setattr(commands, "BUCKET_SIZE", 7)
    chance = random.Random(624)
    everybody = {PractitionerFactory(user=None): _some_activities(chance) for _ in range(80)}
    for person, activities in everybody.items():
        post(person, city, *activities)
    pairs = (
        GENERAL_24,
        ("yearly_cap = 36", "yearly_cap = 20"),
        ("daily_cap = 8", "daily_cap = 6"),
        ('考试", hours = 8 }', '考试", hours = "7.5" }'),
        ("professional = 60", "professional = 40"),
        ("total = 90", "total = 70"),
    )
    trial, notice = tried(city, *pairs), load(text_with(*pairs))
    lines = {line.practitioner_id: line for line in TrialLine.objects.filter(trial=trial)}
    assert len(lines) == 80
    for person, activities in everybody.items():
        granted = [(activity.code, recredit(activity, notice)) for activity in activities]
        year = compose([Entry(code, given.hours) for code, given in granted if given], notice)
        line = lines[person.pk]
        for name in ("total", "professional", "industry_public", "general_public"):
            assert (getattr(line, f"counted_{name}"), getattr(line, f"deficit_{name}")) == (
                year.counted[name],
                year.deficits[name],
            )
        assert line.outcome.endswith("met" if year.meets else "short")
    assert min(sums(trial).values()) > 0


def _some_activities(chance: random.Random) -> list[Activity]:
    kinds = (GENERAL, SIX_GENERAL, INDUSTRY, CPD, CLASS, FIVE_SUBJECTS, Activity("paper", tier="core", quantity=3))
    papers = Activity("paper", tier="core", quantity=6)
    begun = chance.choice((WHOLE, (GENERAL, SIX_GENERAL, INDUSTRY, papers), ()))
    return [*begun, *chance.choices(kinds, k=chance.randint(0, 5))]


def _hashes() -> dict[str, str]:
    """Every table's rows as one hash, but those that a trial is made of."""
    found = {}
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - OWN_ROWS
    with connection.cursor() as cursor:
        tables &= set(connection.introspection.table_names(cursor))  # one model is only a query
        for table in sorted(tables):
            rows = "md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), ''))"
            cursor.execute(f'SELECT {rows} FROM "{table}" t')
            found[table] = cursor.fetchone()[0]
    return found


def test_nothing_is_written_but_the_trial_itself(city: User) -> None:
    """Ledger, standings, reviews, notices, messages, histories: every table of the portal is the same afterwards."""
    meeting(city)
    post(PractitionerFactory(), city, FIVE_SUBJECTS)
    version = drafted(city, GENERAL_24, EXAM_FIVE)
    before = _hashes()
    assert {"registry_hourentry", "registry_annualstanding", "registry_noticeversion"} <= set(before)
    trial = trial_request(actor=city, version=version, years=[2021])
    run(str(trial.job_id))
    assert (TrialLine.objects.count(), TrialEntry.objects.count()) == (2, 1)
    assert _hashes() == before


def test_a_trial_that_lost_its_worker_goes_on_where_it_stopped(city: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "BUCKET_SIZE", 1)
    monkeypatch.setattr(commands, "BUCKET_SIZE", 1)
    for _ in range(3):
        meeting(city)
    trial = trial_request(actor=city, version=drafted(city, GENERAL_24), years=[2021])
    whole = commands.try_bucket
    tries: list[int] = []

    def dies_at_the_second(*args: Any) -> None:
        tries.append(args[-1])
        if len(tries) == 2:
            raise RuntimeError("killed")
        whole(*args)

    monkeypatch.setattr(commands, "try_bucket", dies_at_the_second)
    run(str(trial.job_id))
    assert TrialLine.objects.count() == 1
    Job.objects.update(queued_at=timezone.now())
    run(str(trial.job_id))
    trial.refresh_from_db()
    assert tries[1] == tries[2]
    assert sums(trial) == {"newly_short": 3, "newly_met": 0, "still_short": 0, "still_met": 0}


def test_numbers_by_region_specialty_and_level_add_up(city: User) -> None:
    putuo = OrganisationFactory(region=region("putuo"))
    meeting(city, specialty="water", title_level="senior")
    meeting(city, specialty="water", title_level="junior", organisation=putuo, region=putuo.region)
    post(PractitionerFactory(specialty="gas", title_level="senior"), city, CPD)
    found = {name: {line["name"]: (line["newly_short"], line["all"]) for line in lines}
             for name, _, lines in tables(tried(city, GENERAL_24))}  # fmt: skip
    assert found == {
        "region": {"定海区": (1, 2), "普陀区": (1, 1)},
        "specialty": {"给排水": (2, 2), "燃气工程": (0, 1)},
        "level": {"初级": (1, 1), "高级": (1, 2)},
    }


def test_people_without_a_standing_or_an_entry_are_counted_too(city: User) -> None:
    person: Practitioner = PractitionerFactory()
    assert not person.standings.exists()
    trial = tried(city, GENERAL_24)
    line = TrialLine.objects.get(trial=trial)
    assert (line.outcome, line.was_deficit_general_public, line.deficit_general_public) == ("still_short", 18, 24)
    lock_people([person.pk])
    refresh_people([person.pk], 2021)
    again = TrialLine.objects.exclude(trial=trial).get(trial=tried(city, GENERAL_24, ("total = 90", "total = 91")))
    assert (again.was_deficit_total, again.deficit_total) == (90, 91)


def test_the_city_office_alone_tries_drafts_once_at_a_time_and_each_request_is_on_record(city: User) -> None:
    version = drafted(city, GENERAL_24)
    for actor in (AppointmentFactory().user, AppointmentFactory(auditor=True).user, PractitionerFactory().user):
        with pytest.raises(Forbidden):
            trial_request(actor=actor, version=version, years=[2021])
    first = trial_request(actor=city, version=version, years=[2021])
    assert trial_request(actor=city, version=version, years=[2021]) == first
    event = Event.objects.get(action="what_if.request")
    assert event.data["years"] == [2021]


@pytest.mark.parametrize(
    ("year", "code"), [(2020, "year_without_notice"), (2022, "year_to_come")], ids=["before the first", "to come"]
)
def test_years_that_cannot_be_tried(city: User, year: int, code: str) -> None:
    with pytest.raises(InputError) as refused:
        trial_request(actor=city, version=drafted(city, GENERAL_24), years=[year])
    assert (refused.value.code, refused.value.field) == (code, "year")


def test_only_drafts_are_tried(city: User) -> None:
    with pytest.raises(InputError) as refused:
        trial_request(actor=city, version=NoticeVersion.objects.get(state="in_force"), years=[2021])
    assert (refused.value.code, refused.value.field) == ("not_a_draft", "version")


def test_old_trials_are_thrown_away_and_nothing_else(city: User) -> None:
    meeting(city)
    tried(city, GENERAL_24)
    with time_machine.travel(timezone.now() + timedelta(days=89), tick=False):
        assert trials_expire() == 0
        tried(city, GENERAL_24, ("total = 90", "total = 91"))
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        assert trials_expire() == 1
    assert (Trial.objects.count(), TrialLine.objects.count(), HourEntry.objects.count()) == (1, 1, 3)
