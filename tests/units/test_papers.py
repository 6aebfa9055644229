"""Qualifications and filings: who may what, what is valid on a day, and proofs that stand or fall with their rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import Organisation, User
from office.audit.models import Event
from office.messages.models import Message
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, make_id_number
from tests.registry.people import upload
from tests.registry.test_media import BAD
from tests.units.made import CERTIFICATE, REASON, filed, qualified
from units.commands.filings import FilingInput, filing_enter, filing_revoke
from units.commands.proofs import proofs_clean_up
from units.commands.qualifications import (
    qualification_confirm,
    qualification_decline,
    qualification_file,
    qualification_revoke,
)
from units.models import Bureau, Proof, ProviderFiling, Qualification
from units.queries.papers import valid_grade_on
from units.states import PAPER_MOVES, PaperState

pytestmark = pytest.mark.django_db
TODAY = date(2021, 9, 1)


def stored() -> list[str]:
    """The files that are kept, having looked that they are exactly those of the rows."""
    kept = default_storage.listdir("units")[1] if default_storage.exists("units") else []
    assert sorted(f"units/{name}" for name in kept) == sorted(Proof.objects.values_list("file", flat=True))
    return kept


def test_the_unit_files_and_the_city_office_confirms_once(unit: Organisation, admin: User, city: User) -> None:
    paper = qualified(admin, unit)
    assert (paper.state, paper.proof.name, valid_grade_on(unit, TODAY)) == (PaperState.PENDING, "资质证书.png", None)
    for _ in range(2):
        assert qualification_confirm(actor=city, qualification=paper).state == PaperState.CONFIRMED
    assert Event.objects.filter(action="qualification.confirm").count() == 1
    assert Message.objects.get(recipient=admin).kind == "unit.qualification_confirmed"
    found = valid_grade_on(unit, TODAY)
    assert found is not None
    assert (found.grade, found.may_self_run) == ("一级", True)


def test_what_the_city_office_enters_is_confirmed_and_needs_no_file(unit: Organisation, city: User) -> None:
    paper = qualification_file(actor=city, unit=unit, data=CERTIFICATE, upload=None, token=uuid.uuid4())
    assert (paper.state, paper.proof, paper.decided_by) == (PaperState.CONFIRMED, None, city)


NOT_FILING: dict[str, Callable[[Organisation], User]] = {
    "county": lambda _: AppointmentFactory().user,
    "another unit's administrator": lambda _: AppointmentFactory(employer_admin=True).user,
    "the unit's organiser": lambda u: AppointmentFactory(organiser=True, organisation=u).user,
    "nobody in particular": lambda _: UserFactory(),
}
NOT_KEEPING = NOT_FILING | {
    "the unit's administrator": lambda u: AppointmentFactory(employer_admin=True, organisation=u).user,
    "the city office, being the unit's administrator": lambda u: (
        AppointmentFactory(employer_admin=True, organisation=u, user=AppointmentFactory(city=True).user).user
    ),
}


@pytest.mark.parametrize("who", NOT_FILING)
def test_nobody_else_files(unit: Organisation, who: str) -> None:
    with pytest.raises(Forbidden):
        qualified(NOT_FILING[who](unit), unit)
    assert stored() == []


@pytest.mark.parametrize("who", NOT_KEEPING)
def test_nobody_else_keeps_papers(unit: Organisation, admin: User, city: User, who: str) -> None:
    actor, paper, filing = NOT_KEEPING[who](unit), qualified(admin, unit), filed(city, unit, Bureau.PERSONNEL)
    confirmed = qualified(city, unit, name="市政公用工程")
    calls: list[Callable[[], Any]] = [
        lambda: qualification_confirm(actor=actor, qualification=paper),
        lambda: qualification_decline(actor=actor, qualification=paper, reason=REASON),
        lambda: qualification_revoke(actor=actor, qualification=confirmed, reason=REASON),
        lambda: filed(actor, unit, Bureau.CONSTRUCTION),
        lambda: filing_revoke(actor=actor, filing=filing, reason=REASON),
    ]
    for call in calls:
        with pytest.raises(Forbidden):
            call()
    assert set(Qualification.objects.values_list("state", flat=True)) == {"pending", "confirmed"}


@pytest.mark.parametrize("to", [PaperState.CONFIRMED, PaperState.DECLINED, PaperState.REVOKED])
@pytest.mark.parametrize("start", PaperState)
def test_only_the_moves_of_the_table_can_be_made(
    unit: Organisation, admin: User, city: User, start: PaperState, to: PaperState
) -> None:
    commands: dict[str, Callable[[Qualification], Qualification]] = {
        PaperState.CONFIRMED: lambda q: qualification_confirm(actor=city, qualification=q),
        PaperState.DECLINED: lambda q: qualification_decline(actor=city, qualification=q, reason=REASON),
        PaperState.REVOKED: lambda q: qualification_revoke(actor=city, qualification=q, reason=REASON),
    }
    paper = qualified(admin, unit)
    if start != PaperState.PENDING:
        paper = commands[start](paper)
    if to in PAPER_MOVES[start] or to == start:
        assert commands[to](paper).state == to
    else:
        with pytest.raises(Conflict):
            commands[to](paper)


def test_the_unit_takes_back_what_waits_and_only_that(unit: Organisation, admin: User, city: User) -> None:
    waiting = qualified(admin, unit)
    assert qualification_revoke(actor=admin, qualification=waiting, reason="传错文件").state == PaperState.REVOKED
    again = qualified(admin, unit)
    stale = Qualification.objects.get(pk=again.pk)
    qualification_confirm(actor=city, qualification=again)
    with pytest.raises(Forbidden):
        qualification_revoke(actor=admin, qualification=stale, reason="传错文件")


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no name": ({"name": " "}, "name_missing", "name"),
    "a phone in the name": ({"name": "13905801234"}, "personal", "name"),
    "a name too long": ({"name": "资" * 61}, "too_long", "name"),
    "no number": ({"number": ""}, "number_missing", "number"),
    "an ID as number": ({"number": make_id_number()}, "personal", "number"),
    "an unknown grade": ({"grade": "超级"}, "grade_unknown", "grade"),
    "dates the wrong way": ({"valid_to": date(2019, 12, 31)}, "dates_out_of_order", "valid_to"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_qualification_that_cannot_be_kept_is_refused_by_its_field(
    unit: Organisation, admin: User, case: str
) -> None:
    changes, code, field = WRONG[case]
    with pytest.raises(InputError) as refusal:
        qualified(admin, unit, **changes)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert stored() == []


WRONG_FILINGS: dict[str, tuple[dict[str, Any], str, str]] = {
    "an unknown bureau": ({"bureau": "mayor"}, "bureau_unknown", "bureau"),
    "no number": ({"number": " "}, "number_missing", "number"),
    "a day to come": ({"filed_on": TODAY + timedelta(days=1)}, "date_ahead", "filed_on"),
    "dates the wrong way": ({"valid_to": date(2021, 1, 3)}, "dates_out_of_order", "valid_to"),
}


@pytest.mark.parametrize("case", WRONG_FILINGS)
def test_a_filing_that_cannot_be_kept_is_refused_by_its_field(unit: Organisation, city: User, case: str) -> None:
    changes, code, field = WRONG_FILINGS[case]
    with pytest.raises(InputError) as refusal:
        filed(city, unit, changes.pop("bureau", Bureau.PERSONNEL), **changes)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert stored() == []


def test_papers_need_their_proof_and_stand_once(unit: Organisation, admin: User, city: User) -> None:
    data = FilingInput(Bureau.PERSONNEL, "1号", TODAY)
    for call in (
        lambda: qualification_file(actor=admin, unit=unit, data=CERTIFICATE, upload=None, token=uuid.uuid4()),
        lambda: filing_enter(actor=city, unit=unit, data=data, upload=None, token=uuid.uuid4()),
    ):
        with pytest.raises(InputError) as refusal:
            call()
        assert (refusal.value.code, refusal.value.field) == ("file_missing", "file")
    for make in (lambda: qualified(admin, unit), lambda: filed(city, unit, Bureau.PERSONNEL)):
        make()
        with pytest.raises(InputError) as refusal:
            make()
        assert (refusal.value.code, refusal.value.field) == ("paper_known", "number")
    assert len(stored()) == 2


def test_the_same_form_twice_is_one_paper_and_one_file(unit: Organisation, admin: User, city: User) -> None:
    token, filing = uuid.uuid4(), FilingInput(Bureau.PERSONNEL, "1号", TODAY)
    for _ in range(2):
        qualification_file(actor=admin, unit=unit, data=CERTIFICATE, upload=upload(), token=token)
        filing_enter(actor=city, unit=unit, data=filing, upload=upload(), token=token)
    assert (Qualification.objects.count(), ProviderFiling.objects.count(), len(stored())) == (1, 1, 2)


@pytest.mark.parametrize("name", {code: name for name, (code, _) in BAD.items()}.values())
def test_a_bad_file_leaves_nothing_and_is_named(name: str, unit: Organisation, admin: User) -> None:
    code, make = BAD[name]
    file = SimpleUploadedFile("证书.pdf", make())
    with pytest.raises(InputError) as refusal:
        qualification_file(actor=admin, unit=unit, data=CERTIFICATE, upload=file, token=uuid.uuid4())
    assert (refusal.value.code, refusal.value.field) == (code, "file")
    assert (Qualification.objects.count(), stored()) == (0, [])


def test_a_proof_goes_out_as_an_attachment_to_who_may_see_the_unit(
    unit: Organisation, admin: User, city: User, county: User, far_county: User, client: Client
) -> None:
    proof = qualified(admin, unit).proof
    other = OrganisationFactory()
    seen = {}
    for name, user in {
        "admin": admin,
        "city": city,
        "county": county,
        "far": far_county,
        "none": UserFactory(),
    }.items():
        client.force_login(user)
        response = client.get(f"/units/{unit.pk}/proofs/{proof.pk}/")
        seen[name] = response.status_code
        assert client.get(f"/units/{other.pk}/proofs/{proof.pk}/").status_code == 404
    assert seen == {"admin": 200, "city": 200, "county": 200, "far": 404, "none": 404}
    client.force_login(admin)
    response = client.get(f"/units/{unit.pk}/proofs/{proof.pk}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content) == upload().read()
    default_storage.delete(proof.file.name)
    assert client.get(f"/units/{unit.pk}/proofs/{proof.pk}/").status_code == 404


def test_the_clean_up_takes_what_no_row_names(unit: Organisation, admin: User, capsys: Any) -> None:
    qualified(admin, unit)
    default_storage.save("units/left-behind.png", upload())
    assert proofs_clean_up() == 0  # young: its row may still come
    assert proofs_clean_up(older_than=timedelta(days=-10_000)) == 1
    assert len(stored()) == 1
    call_command("proofs_clean_up")
    assert "0个" in capsys.readouterr().out


def test_a_grade_is_any_that_the_notice_names_or_a_lower_one(unit: Organisation, city: User) -> None:
    kept = [qualified(city, unit, grade=grade, shade=shade).grade for shade, grade in enumerate(["特级", "丙级"])]
    assert kept == ["特级", "丙级"]
    with pytest.raises(InputError):
        qualification_file(actor=city, unit=unit, data=replace(CERTIFICATE, grade=""), upload=None, token=uuid.uuid4())
