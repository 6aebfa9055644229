"""A corrected notice for a year in use: proposed on a trial, agreed to by a second person, posted once, all visible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from compliance.commands import corrections as commands
from compliance.commands.annual_check import annual_check_run
from compliance.commands.corrections import (
    correction_agree,
    correction_propose,
    correction_refuse,
    correction_withdraw,
)
from compliance.models import Correction, Trial, TrialLine
from compliance.states import CorrectionState
from hours_rules import Activity
from office.audit.models import Event
from office.jobs.commands import run
from office.jobs.models import Job
from office.messages.models import Message
from registry.commands import ledger, standing
from registry.commands.decisions import claim_reverse
from registry.models import AnnualStanding, EntrySource, HourEntry, Practitioner
from registry.queries.years import year_of
from tests.clients import PortalClient
from tests.compliance.signing import INDUSTRY, WHOLE, post, review, signed
from tests.compliance.tried import GENERAL_24, drafted, tried
from tests.factories import AppointmentFactory
from tests.registry.people import PractitionerFactory, accepted

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
EXAM_FIVE = ('考试", hours = 8 }', '考试", hours = 5 }')
GONE = ('    { code = "national", name = "全国住房和城乡建设执业资格证书考试", hours = 8 },\n', "")
SUBJECTS = Activity("licence_exam", tier="national", quantity=2)  # 16 hours, by the correction 10
OF_2022 = (
    ('id = "舟建发〔2021〕38号"', 'id = "舟建发〔2022〕1号"'),
    ("valid_from = 2021-01-01", "valid_from = 2022-01-01"),
)
SAID = {"authority": "舟建发〔2021〕38号更正", "reason": "印发件有误"}


@dataclass
class Office:
    """Two people of the city office."""

    first: User
    second: User


@pytest.fixture
def office(db: None) -> Office:
    return Office(AppointmentFactory(city=True).user, AppointmentFactory(city=True).user)


def proposed(office: Office, *pairs: tuple[str, str]) -> Correction:
    return correction_propose(actor=office.first, trial=tried(office.first, *pairs), **SAID)


def posted(office: Office, *pairs: tuple[str, str]) -> Correction:
    row = correction_agree(actor=office.second, correction=proposed(office, *pairs))
    run(str(row.job_id))
    row.refresh_from_db()
    assert row.state == CorrectionState.POSTED, row.job and row.job.error
    return row


def lines(person: Practitioner) -> list[tuple[int, bool, bool]]:
    """Hours of each line, whether it reverses another, whether it stands in another's place."""
    rows = HourEntry.objects.filter(practitioner=person).order_by("pk")
    return [(int(row.hours), row.reverses_id is not None, row.corrects_id is not None) for row in rows]


def professional(person: Practitioner) -> Decimal:
    return AnnualStanding.objects.get(practitioner=person, year=2021).counted_professional


def test_lines_are_reversed_and_posted_again_and_everything_says_why(office: Office) -> None:
    person, other = PractitionerFactory(), PractitionerFactory()
    (entry,) = post(person, office.first, SUBJECTS)
    post(other, office.first, INDUSTRY)
    row = posted(office, EXAM_FIVE)
    assert lines(person) == [(16, False, False), (-16, True, False), (10, False, True)]
    assert lines(other) == [(12, False, False)]
    new = HourEntry.objects.get(corrects=entry)
    assert (new.source, new.source_id, new.clause, new.posted_by) == (
        *(entry.source, entry.source_id, entry.clause),
        office.second,
    )
    assert "每合格科目5学时，共10学时" in new.facts["explanation"] and SAID["authority"] in new.reason
    assert professional(person) == 10
    assert (row.reversed_lines, row.posted_lines, row.standings) == (1, 1, 1)
    assert row.version.state == "in_force" and row.posted_at is not None
    assert year_of(person, 2021).composition.counted["professional"] == 10
    assert annual_check_run(year=2021).drift == 0
    told = Message.objects.get(kind="correction.posted")
    assert told.recipient == person.user and SAID["authority"] in told.body


def test_the_list_before_is_what_is_posted_after(office: Office) -> None:
    for activities in (WHOLE, (*WHOLE, SUBJECTS), (SUBJECTS,), ()):
        post(PractitionerFactory(), office.first, *activities)
    row = posted(office, EXAM_FIVE, GENERAL_24)
    for line in TrialLine.objects.filter(trial=row.trial):
        now = AnnualStanding.objects.filter(practitioner=line.practitioner, year=2021).first()
        for name in ("total", "professional", "industry_public", "general_public"):
            for kind in ("counted", "deficit"):
                assert now is not None and getattr(now, f"{kind}_{name}") == getattr(line, f"{kind}_{name}")
        assert now is not None and line.outcome.endswith("met" if now.meets else "short")


def test_a_signed_year_falls_open_visibly(office: Office) -> None:
    clerk = AppointmentFactory().user
    short, still = signed(clerk), PractitionerFactory()
    post(still, office.first, SUBJECTS)
    posted(office, GENERAL_24)
    assert (review(short).state, review(short).changed) == ("open", True)
    assert lines(short) == [(18, False, False), (12, False, False), (60, False, False)]  # minimums move no line


def test_what_the_correction_grants_nothing_for_is_only_reversed(office: Office) -> None:
    person = PractitionerFactory()
    post(person, office.first, SUBJECTS)
    row = posted(office, GONE)
    assert lines(person) == [(16, False, False), (-16, True, False)]
    assert (row.reversed_lines, row.posted_lines, professional(person)) == (1, 0, 0)


def test_lines_that_came_in_after_the_trial_are_corrected_too(office: Office) -> None:
    row = proposed(office, EXAM_FIVE)
    person = PractitionerFactory()
    post(person, office.first, SUBJECTS)
    run(str(correction_agree(actor=office.second, correction=row).job_id))
    assert professional(person) == 10
    post(person, office.first, SUBJECTS)
    assert professional(person) == 20  # and what comes now is credited by it


def test_whatever_put_a_line_in_reverses_what_stands_of_it(office: Office) -> None:
    county = AppointmentFactory().user
    claimed, imported = PractitionerFactory(), PractitionerFactory()
    claim = accepted(claimed, county)
    (entry,) = post(imported, office.first, SUBJECTS)
    posted(office, EXAM_FIVE)
    claim_reverse(actor=county, claim=claim, reason="重复认定")
    assert lines(claimed) == [(16, False, False), (-16, True, False), (10, False, True), (-10, True, False)]
    ledger.reverse_all(actor=office.first, source=EntrySource.PLATFORM, source_ids=[entry.source_id], reason="撤销")
    assert lines(imported)[-1] == (-10, True, False)
    assert professional(claimed) == professional(imported) == 0
    again = ledger.reverse(actor=office.first, entry=entry, reason="又一次")
    assert again.hours == -10 and HourEntry.objects.filter(practitioner=imported).count() == 4


def test_a_correction_of_a_correction(office: Office) -> None:
    person = PractitionerFactory()
    post(person, office.first, SUBJECTS)
    posted(office, EXAM_FIVE)
    posted(office, ('考试", hours = 8 }', '考试", hours = 7 }'))
    assert [line[0] for line in lines(person)] == [16, -16, 10, -10, 14]
    assert professional(person) == 14


def test_killed_in_the_middle_it_goes_on_and_nothing_is_written_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (standing, commands):
        monkeypatch.setattr(module, "BUCKET_SIZE", 1)
    people = [PractitionerFactory() for _ in range(3)]
    for person in people:
        post(person, office.first, SUBJECTS)
    monkeypatch.setattr("compliance.commands.draft_trials.BUCKET_SIZE", 1)
    row = correction_agree(actor=office.second, correction=proposed(office, EXAM_FIVE))
    whole = commands.post_bucket
    tries: list[int] = []

    def dies_after_the_second_was_written(*args: Any) -> None:
        tries.append(args[-1])
        whole(*args)
        if len(tries) == 2:
            raise RuntimeError("killed")

    monkeypatch.setattr(commands, "post_bucket", dies_after_the_second_was_written)
    run(str(row.job_id))
    assert HourEntry.objects.count() == 5
    Job.objects.update(queued_at=timezone.now())
    run(str(row.job_id))
    row.refresh_from_db()
    assert (row.state, row.reversed_lines, row.posted_lines) == ("posted", 3, 3)
    assert [lines(person) for person in people] == [[(16, False, False), (-16, True, False), (10, False, True)]] * 3
    commands.correction_post(correction=row, progress=lambda *_: None)  # a whole second time
    assert HourEntry.objects.count() == 9


def test_the_database_lets_a_line_be_corrected_once(office: Office) -> None:
    (entry,) = post(PractitionerFactory(), office.first, SUBJECTS)
    posted(office, EXAM_FIVE)
    new = HourEntry.objects.get(corrects=entry)
    new.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        new.save(force_insert=True)


Act = Callable[[Office, Correction], object]
AGREE: Act = lambda office, row: correction_agree(actor=office.second, correction=row)  # noqa: E731
REFUSE: Act = lambda office, row: correction_refuse(actor=office.second, correction=row, reason="依据不足")  # noqa: E731
WITHDRAW: Act = lambda office, row: correction_withdraw(actor=office.first, correction=row)  # noqa: E731


@pytest.mark.parametrize(
    ("act", "state", "version"),
    [(REFUSE, "refused", "draft"), (WITHDRAW, "withdrawn", "draft"), (AGREE, "posting", "in_force")],
)
def test_each_way_it_goes_is_done_once_and_ends_the_others(office: Office, act: Act, state: str, version: str) -> None:
    row = proposed(office, EXAM_FIVE)
    for _ in range(2):
        act(office, row)
    row.refresh_from_db()
    assert (row.state, row.version.state) == (state, version)
    action = f"correction.{ {'refused': 'refuse', 'withdrawn': 'withdraw', 'posting': 'agree'}[state] }"
    assert Event.objects.filter(action=action).count() == 1
    for other in {AGREE, REFUSE, WITHDRAW} - {act}:
        with pytest.raises(Conflict) as moved:
            other(office, row)
        assert moved.value.code == "state_moved"


def test_the_proposer_never_agrees_and_nobody_else_withdraws(office: Office) -> None:
    row = proposed(office, EXAM_FIVE)
    for command in (correction_agree, lambda **given: correction_refuse(**given, reason="不妥")):
        with pytest.raises(Conflict) as refused:
            command(actor=office.first, correction=row)
        assert refused.value.code == "second_person"
    with pytest.raises(Conflict) as refused:
        correction_withdraw(actor=office.second, correction=row)
    assert refused.value.code == "not_the_proposer"
    for outsider in (AppointmentFactory().user, AppointmentFactory(auditor=True).user):
        with pytest.raises(Forbidden):
            correction_agree(actor=outsider, correction=row)
    assert Message.objects.get(kind="correction.proposed").recipient == office.second


def test_it_rests_on_a_trial_of_just_the_years_it_judges_anew(office: Office) -> None:
    with pytest.raises(InputError) as refused:
        proposed(office, *OF_2022)
    assert (refused.value.code, refused.value.field) == ("years_not_tried", "trial")
    waiting = Trial.objects.create(version=drafted(office.first, EXAM_FIVE), years=[2021], requested_by=office.first)
    with pytest.raises(InputError) as refused:
        correction_propose(actor=office.first, trial=waiting, **SAID)
    assert refused.value.code == "trial_unfinished"


def test_through_the_pages(office: Office) -> None:
    person = PractitionerFactory(name="甲")
    post(person, office.first, SUBJECTS)
    one, two = PortalClient(), PortalClient()
    one.force_login(office.first, backend=BACKEND)
    two.force_login(office.second, backend=BACKEND)
    version = drafted(office.first, EXAM_FIVE)
    one.post(reverse("compliance:draft_trial_new"), {"version": version.pk, "year": "judged"})
    trial = Trial.objects.get()
    run(str(trial.job_id))
    new = reverse("compliance:correction_new", args=[trial.pk])
    assert new in one.get(reverse("compliance:draft_trial", args=[trial.pk])).text
    assert "改按新标准认定 1条" in one.get(new).text
    wrong = one.post(new, {"authority": "", "reason": "印发件有误"})
    assert wrong.status_code == 422 and "请写明所依据的文件。" in wrong.text
    one.post(new, SAID)
    row = Correction.objects.get()
    page, act = (reverse(f"compliance:{name}", args=[row.pk]) for name in ("correction", "correction_act"))
    assert "撤回" in one.get(page).text and "同意更正" not in one.get(page).text
    assert "待复核的标准更正" in two.get("/").text and "同意更正" in two.get(page).text
    missing = two.post(act, {"act": "refuse", "reason": ""})
    assert missing.status_code == 422
    assert two.post(act, {"act": "agree"}).status_code == 302
    row.refresh_from_db()
    run(str(row.job_id))
    shown = two.get(page).text
    assert "冲销<strong>1</strong>条，重新登记<strong>1</strong>条" in shown and "同意更正" not in shown
    assert row.version.notice_id in two.get(reverse("compliance:correction_list")).text
    own = Client()
    own.force_login(person.user, backend=BACKEND)
    ledger_page = own.get(reverse("registry:ledger_year", args=[2021])).text
    assert "按更正标准登记" in ledger_page and SAID["authority"] in ledger_page


def test_a_draft_of_a_year_to_come_corrects_nothing(office: Office) -> None:
    desk = PortalClient()
    desk.force_login(office.first, backend=BACKEND)
    version = drafted(office.first, *OF_2022)
    answer = desk.post(reverse("compliance:draft_trial_new"), {"version": version.pk, "year": "judged"})
    assert answer.status_code == 422 and "该稿不改判任何已开始的年度" in answer.text
