"""Certificates: issued of passed years only, the same once, superseded, revoked; gone with their sign-off."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from compliance.commands.certificate_files import certificate_files_clean_up
from compliance.commands.certificates import certificate_issue, certificate_revoke
from compliance.models import AnnualReview, Certificate
from compliance.queries.certificates import CODE_LETTERS, with_code
from compliance.states import CertificateState, ReviewState
from hours_rules import Activity
from office.audit.models import Event
from office.messages.models import Message
from registry.commands import ledger
from registry.commands.adjustments import AdjustmentInput, adjustment_approve, adjustment_enter
from registry.models import HourEntry, Practitioner
from tests.compliance.certified import certified, file_of, issued
from tests.compliance.signing import COMMANDS, MORE, meeting, post, signed
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory

pytestmark = pytest.mark.django_db
CPD = Activity("licence_cpd", hours=Decimal(50))  # 36 of them count


def state(certificate: Certificate) -> str:
    certificate.refresh_from_db()
    return str(certificate.state)


def test_a_certificate_holds_what_the_year_held(county: User) -> None:
    person = signed(county)
    made = issued(person)
    year = made.content["years"][0]
    assert made.number.startswith("XZ2021")
    assert made.content["person"]["name"] == person.name
    assert made.content["person"]["id"] == person.id_masked
    assert {row["code"]: (row["counted"], row["minimum"]) for row in year["figures"]} == {
        "total": ("90", "90"),
        "professional": ("60", "60"),
        "industry_public": ("12", "12"),
        "general_public": ("18", "18"),
    }
    entries = HourEntry.objects.filter(practitioner=person)
    assert sorted((line["clause"], Decimal(line["hours"])) for line in year["lines"]) == sorted(
        (entry.clause, entry.hours) for entry in entries
    )
    assert year["office"] == "舟山市定海区住房和城乡建设局"
    assert Event.objects.get(action="certificate.issue").object_id == str(made.pk)


def test_codes_are_long_and_forgive_how_they_are_typed(county: User) -> None:
    made = certified(county)
    assert len(made.code) * 5 >= 128 and set(made.code) <= set(CODE_LETTERS)
    assert with_code(made.shown_code.lower()) == made
    assert with_code(made.code.replace("1", "l").replace("0", "o")) == made
    assert with_code(made.code[:-1]) is None
    assert with_code(made.code[:-1] + ("A" if made.code[-1] != "A" else "B")) is None


@pytest.mark.parametrize("reviewed", [ReviewState.OPEN, ReviewState.FAILED])
def test_a_year_that_is_not_passed_is_not_certified(county: User, reviewed: ReviewState) -> None:
    person = signed(county, reviewed)
    with pytest.raises(Conflict) as refused:
        issued(person)
    assert refused.value.code == "year_not_passed"
    assert not Certificate.objects.exists()


def test_one_of_several_years_not_passed_is_named(county: User) -> None:
    with pytest.raises(Conflict, match="2020年度尚未审核通过"):
        issued(signed(county), 2020, 2021)


@pytest.mark.parametrize(("years", "code"), [((), "years_missing"), (range(2000, 2011), "years_too_many")])
def test_how_many_years(county: User, years: tuple[int, ...], code: str) -> None:
    person = signed(county)
    with pytest.raises(InputError) as refused:
        certificate_issue(actor=person.user, practitioner=person, years=years)
    assert (refused.value.code, refused.value.field) == (code, "years")


def test_the_same_content_is_the_same_certificate(county: User) -> None:
    made = certified(county)
    assert issued(made.practitioner) == made
    assert certificate_issue(actor=county, practitioner=made.practitioner, years=[2021, 2021]) == made
    assert made.steps.count() == 1


def test_other_content_of_the_same_years_supersedes(county: User) -> None:
    old = certified(county)
    Practitioner.objects.filter(pk=old.practitioner_id).update(title="高级工程师")
    new = issued(old.practitioner)
    old.refresh_from_db()
    assert new.pk != old.pk
    assert (old.state, old.superseded_by, new.state) == (CertificateState.SUPERSEDED, new, CertificateState.VALID)
    assert issued(old.practitioner) == new


def test_who_may_issue_for_whom(county: User) -> None:
    person = signed(county)
    unit, office = person.organisation, {"region": person.region}
    admin = AppointmentFactory(employer_admin=True, organisation=unit).user
    may = [person.user, county, AppointmentFactory(**office).user, AppointmentFactory(city=True).user, admin]
    others = [
        PractitionerFactory().user,
        AppointmentFactory(region=region("putuo")).user,
        AppointmentFactory(employer_admin=True).user,
        AppointmentFactory(organiser=True, organisation=unit).user,
        AppointmentFactory(auditor=True).user,
        AppointmentFactory(sysadmin=True).user,
    ]
    made = {certificate_issue(actor=user, practitioner=person, years=[2021]).pk for user in may}
    assert len(made) == 1
    for user in others:
        with pytest.raises(Forbidden):
            certificate_issue(actor=user, practitioner=person, years=[2021])


def test_revoked_once_for_a_reason_and_told(county: User) -> None:
    made = certified(county)
    with pytest.raises(InputError):
        certificate_revoke(actor=county, certificate=made, reason=" ")
    certificate_revoke(actor=county, certificate=made, reason="证书系伪造")
    certificate_revoke(actor=county, certificate=made, reason="证书系伪造")
    assert (state(made), made.reason, made.steps.count()) == (CertificateState.REVOKED, "证书系伪造", 2)
    assert "证书系伪造" in Message.objects.get(recipient=made.practitioner.user, kind="certificate.revoked").body
    with pytest.raises(Conflict):
        certificate_revoke(actor=AppointmentFactory(city=True).user, certificate=made, reason="另一理由")


def test_only_the_office_revokes_and_nobody_their_own(county: User) -> None:
    made = certified(county)
    own_office = AppointmentFactory(user=made.practitioner.user).user
    for user in (own_office, AppointmentFactory(region=region("putuo")).user, PractitionerFactory().user):
        with pytest.raises(Forbidden):
            certificate_revoke(actor=user, certificate=made, reason="理由")
    assert state(made) == CertificateState.VALID


def test_a_reversed_entry_revokes_in_the_same_commit(county: User) -> None:
    made = certified(county)
    entry = HourEntry.objects.filter(practitioner=made.practitioner).first()
    ledger.reverse(actor=county, entry=entry, reason="重复认定")
    assert state(made) == CertificateState.REVOKED
    assert "2021年度" in made.reason
    assert made.steps.last().actor_name == "系统"
    assert Message.objects.filter(recipient=made.practitioner.user, kind="certificate.revoked").count() == 1


def test_new_hours_open_the_year_and_revoke(county: User) -> None:
    made = certified(county)
    post(made.practitioner, county, MORE)
    assert state(made) == CertificateState.REVOKED


def test_hours_of_another_year_or_person_change_nothing(county: User) -> None:
    made, other = certified(county), certified(county)
    post(other.practitioner, county, MORE)
    post(made.practitioner, county, MORE, year=2022)
    assert (state(made), state(other)) == (CertificateState.VALID, CertificateState.REVOKED)


def test_a_year_opened_by_hand_revokes_and_a_new_sign_off_allows_a_new_one(county: User) -> None:
    old = certified(county)
    person = old.practitioner
    COMMANDS["open"](county, person)
    assert state(old) == CertificateState.REVOKED
    COMMANDS["pass"](county, person)
    new = issued(person)
    assert (new.state, new.pk != old.pk) == (CertificateState.VALID, True)


def test_an_undone_change_undoes_the_revocation(county: User) -> None:
    made = certified(county)
    with transaction.atomic():
        post(made.practitioner, county, MORE)
        transaction.set_rollback(True)
    assert state(made) == CertificateState.VALID


def test_reversed_lines_are_not_certified_and_caps_are_told(county: User) -> None:
    person = meeting(county)
    undone = post(person, county, MORE)[0]
    post(person, county, CPD)
    ledger.reverse(actor=county, entry=undone, reason="重复")
    COMMANDS["pass"](county, person)
    year = issued(person).content["years"][0]
    assert len(year["lines"]) == HourEntry.objects.filter(practitioner=person, reverses=None).count() - 1
    assert [(cap["recorded"], cap["counted"]) for cap in year["caps"]] == [("50", "36")]
    total = next(row for row in year["figures"] if row["code"] == "total")
    assert Decimal(total["recorded"]) - Decimal(total["counted"]) == 14


def test_an_adjustment_is_told_with_its_authority_and_without_its_reason(county: User) -> None:
    city = AppointmentFactory(city=True).user
    person = PractitionerFactory()
    data = AdjustmentInput(
        year=2021,
        minimums=dict.fromkeys(("total", "professional", "industry_public", "general_public"), Decimal(0)),
        authority="舟建学办〔2021〕5号",
        reason="因病住院",
    )
    entered = adjustment_enter(actor=city, practitioner=person, data=data)
    adjustment_approve(actor=AppointmentFactory(city=True).user, adjustment=entered)
    COMMANDS["pass"](county, person)
    made = issued(person)
    year = made.content["years"][0]
    assert year["adjusted"] == "舟建学办〔2021〕5号"
    assert {row["minimum"] for row in year["figures"]} == {"0"}
    assert "因病住院" not in str(made.content)
    assert file_of(made)[:4] == b"%PDF"


def test_a_file_without_its_row_goes_and_others_stay(county: User) -> None:
    made = certified(county)
    with pytest.raises(RuntimeError), transaction.atomic():
        certified(county)
        raise RuntimeError
    by_the_real_clock = timedelta(days=-9999)  # as the files' own times are
    assert certificate_files_clean_up(older_than=by_the_real_clock) == 1
    assert file_of(made)


@pytest.mark.django_db(transaction=True)
def test_asked_for_at_once_there_is_one(county: User) -> None:
    person = signed(county)

    def ask(_: int) -> int:
        try:
            return issued(Practitioner.objects.select_related("user").get(pk=person.pk)).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
    assert Certificate.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_issuing_and_reversing_at_once_leave_no_valid_certificate(county: User) -> None:
    person = signed(county)
    entry = HourEntry.objects.filter(practitioner=person).first()

    def issue() -> None:
        try:
            issued(Practitioner.objects.select_related("user").get(pk=person.pk))
        except Conflict:
            pass
        finally:
            connection.close()

    def undo() -> None:
        try:
            ledger.reverse(actor=county, entry=entry, reason="重复")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda do: do(), (issue, undo)))
    assert AnnualReview.objects.get(practitioner=person).state == ReviewState.OPEN
    assert not Certificate.objects.filter(state=CertificateState.VALID).exists()


def test_the_unit_is_that_of_the_sign_off(county: User) -> None:
    made = certified(county)
    before = made.organisation
    Practitioner.objects.filter(pk=made.practitioner_id).update(organisation=OrganisationFactory())
    assert made.content["years"][0]["unit"] == before.name
