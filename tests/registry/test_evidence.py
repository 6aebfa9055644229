"""Evidence: a row with its file or neither, whatever fails, however often it is asked for."""

from __future__ import annotations

import os
import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.errors import InputError
from accounts.models import User
from office.audit.models import Event
from registry.commands.claims import ClaimInput, claim_submit
from registry.commands.evidence import evidence_add, evidence_clean_up, evidence_remove
from registry.models import Claim, Evidence, Practitioner
from registry.queries.evidence import missing_evidence
from registry.states import ClaimState
from tests.registry.files import pdf
from tests.registry.people import draft, submitted, upload
from tests.registry.stages import claim_in
from tests.registry.test_media import BAD

CLASS = ClaimInput(
    activity="training_class",
    title="绿色建筑研修班",
    started_on=date(2021, 4, 6),
    ended_on=date(2021, 4, 7),
    hours=Decimal(16),
    days=2,
)


def add(claim: Claim, file: Any = None, *, kind: str = "exam_result", token: uuid.UUID | None = None) -> Evidence:
    return evidence_add(
        actor=claim.practitioner.user,
        claim=claim,
        kind=kind,
        upload=file or upload(),
        token=token or uuid.uuid4(),
    )


def stored() -> list[str]:
    """The files that are kept, having looked that they are exactly those of the rows."""
    kept = default_storage.listdir("evidence")[1] if default_storage.exists("evidence") else []
    assert sorted(f"evidence/{name}" for name in kept) == sorted(Evidence.objects.values_list("file", flat=True))
    return kept


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_leaves_nothing_and_is_named_on_the_page(name: str, engineer: Client, person: Practitioner) -> None:
    code, make = BAD[name]
    claim = draft(person)
    form = {"token": str(uuid.uuid4()), "file_exam_result": SimpleUploadedFile("合格证.pdf", make())}
    response = engineer.post(reverse("registry:claim_evidence", args=[claim.pk]), form)
    assert response.status_code == 422
    (error,) = response.context["form"].errors.as_data()["file_exam_result"]
    assert error.code == code
    assert "“合格证.pdf”：" in response.content.decode()
    assert (stored(), Event.objects.filter(action="evidence.add").count()) == ([], 0)


def test_the_same_file_twice_is_one(person: Practitioner) -> None:
    claim = draft(person)
    first = add(claim, upload("一.png"))
    assert add(claim, upload("二.png")) == first
    assert (len(stored()), first.name) == (1, "一.png")
    assert Event.objects.filter(action="evidence.add").count() == 1
    assert add(draft(person), upload("一.png")) != first
    assert len(stored()) == 2


def test_one_scan_may_prove_two_things(person: Practitioner) -> None:
    claim = draft(person, CLASS)
    for kind in ("training_notice", "training_certificate", "training_notice"):
        add(claim, SimpleUploadedFile("通知和证书.pdf", pdf(2)), kind=kind)
    assert list(claim.evidence.values_list("kind", flat=True)) == ["training_notice", "training_certificate"]
    assert len(stored()) == 2
    assert missing_evidence(claim) == []


def test_another_file_from_the_same_form_is_another_file(engineer: Client, person: Practitioner) -> None:
    claim = draft(person)
    url = reverse("registry:claim_evidence", args=[claim.pk])
    form: dict[str, Any] = {"token": str(uuid.uuid4())}
    bad = SimpleUploadedFile("坏.pdf", b"MZ")
    assert engineer.post(url, form | {"file_exam_result": [upload("一.png", 1), bad]}).status_code == 422
    assert engineer.post(url, form | {"file_exam_result": upload("二.png", 2)}).status_code == 302
    assert [file.name for file in claim.evidence.all()] == ["一.png", "二.png"]
    assert len(stored()) == 2


def test_a_token_used_elsewhere_is_no_error(person: Practitioner) -> None:
    token = uuid.uuid4()
    rows = [add(draft(person), token=token), add(draft(person, CLASS), token=token, kind="training_notice")]
    assert len({row.pk for row in rows}) == len(stored()) == 2


def test_too_many_files(person: Practitioner, settings: Any) -> None:
    settings.EVIDENCE_MAX_FILES = 2
    claim = draft(person)
    for shade in (1, 2):
        add(claim, upload(shade=shade))
    with pytest.raises(InputError) as refused:
        add(claim, upload(shade=3))
    assert (refused.value.code, refused.value.field) == ("too_many_files", "file")
    assert "2个" in refused.value.message
    assert len(stored()) == 2
    assert add(claim, upload(shade=2)).name == "成绩单.png"  # what is there already is no third


def test_more_files_at_once_than_any_form_takes(engineer: Client, person: Practitioner) -> None:
    claim = draft(person)
    many = [upload(f"{n}.png", n) for n in range(21)]
    form = {"token": str(uuid.uuid4()), "file_exam_result": many}
    response = engineer.post(reverse("registry:claim_evidence", args=[claim.pk]), form)
    assert response.status_code == 400
    assert stored() == []


@pytest.mark.parametrize("kind", ["", "passport", "training_notice"])
def test_a_proof_that_is_not_asked_for(kind: str, person: Practitioner) -> None:
    with pytest.raises(InputError) as refused:
        add(draft(person), kind=kind)
    assert (refused.value.code, refused.value.field) == ("evidence_kind", "kind")
    assert stored() == []


@pytest.mark.parametrize("state", [state for state in ClaimState if state not in {"draft", "returned"}])
def test_proofs_of_a_claim_that_is_handed_in_stay_as_they_are(
    state: ClaimState, person: Practitioner, county: User
) -> None:
    claim = claim_in(state, person, county)
    evidence, before = claim.evidence.get(), stored()
    for act in (lambda: add(claim, upload(shade=7)), lambda: evidence_remove(actor=person.user, evidence=evidence)):
        with pytest.raises(InputError) as refused:
            act()
        assert refused.value.code == "not_editable"
        assert stored() == before


def test_without_its_event_neither_row_nor_file_stands(person: Practitioner) -> None:
    claim = draft(person)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_event ADD CONSTRAINT closed CHECK (action <> 'evidence.add') NOT VALID")
    with pytest.raises(IntegrityError, match="closed"):
        add(claim)
    assert stored() == []


def test_a_file_goes_when_its_row_is_gone_for_good(
    person: Practitioner, django_capture_on_commit_callbacks: Any
) -> None:
    claim = draft(person)
    kept, gone = add(claim, upload(shade=1)), add(claim, upload(shade=2))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        evidence_remove(actor=person.user, evidence=gone)
        raise ZeroDivisionError
    assert len(stored()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        evidence_remove(actor=person.user, evidence=gone)
        evidence_remove(actor=person.user, evidence=gone)
    assert stored() == [kept.file.name.removeprefix("evidence/")]
    assert Event.objects.filter(action="evidence.remove").count() == 1


def test_a_returned_claim_lacks_what_was_taken_away(
    person: Practitioner, county: User, django_capture_on_commit_callbacks: Any
) -> None:
    claim = claim_in(ClaimState.RETURNED, person, county)
    with django_capture_on_commit_callbacks(execute=True):
        evidence_remove(actor=person.user, evidence=claim.evidence.get())
    with pytest.raises(InputError) as refused:
        claim_submit(actor=person.user, claim=claim)
    assert (refused.value.code, refused.value.field) == ("evidence_missing", "evidence")
    assert "考试成绩合格证明" in refused.value.message


def test_the_clean_up_takes_what_no_row_names_and_is_a_day_old(person: Practitioner, capsys: Any) -> None:
    assert evidence_clean_up() == 0  # nothing was ever stored
    evidence = submitted(person).evidence.get()
    old, young = (default_storage.save(f"evidence/{name}.png", upload()) for name in ("old", "young"))
    for name, hours in ((evidence.file.name, 48), (old, 25), (young, 23)):
        moment = (date(2021, 9, 1) - date(1970, 1, 1)) // timedelta(seconds=1) + 2 * 3600 - hours * 3600  # 10:00 here
        os.utime(default_storage.path(name), (moment, moment))
    call_command("evidence_clean_up")
    assert "1个" in capsys.readouterr().out
    assert [default_storage.exists(name) for name in (evidence.file.name, old, young)] == [True, False, True]
    assert evidence_clean_up(older_than=timedelta(0)) == 1
    assert len(stored()) == 1
