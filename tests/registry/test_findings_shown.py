"""What a reviewer sees of findings and says to accept in spite of them; what of another office's work must not show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.errors import Conflict, InputError
from accounts.models import User
from office.audit.models import Event
from registry.commands.decisions import claim_accept
from registry.models import Claim, HourEntry, Practitioner
from registry.queries.findings import findings_of
from registry.states import ClaimState
from registry.views.findings import lines
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, region
from tests.registry.people import EXAM, PractitionerFactory
from tests.registry.test_findings import CLASS, COURSE, REASON, TALK, filed, numbered

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
NUMBER = "ZJ-2021-0001"


def islander() -> Practitioner:
    """An engineer of another county."""
    return PractitionerFactory(organisation=OrganisationFactory(region=region("putuo")))


def page(client: Client, user: User, claim: Claim) -> str:
    client.force_login(user, backend=BACKEND)
    return client.get(reverse("registry:review_claim", args=[claim.pk])).content.decode()


def test_accepting_in_spite_of_a_finding_needs_a_reason(person: Practitioner, county: User) -> None:
    filed(person, CLASS)
    claim = filed(person, TALK)
    with pytest.raises(InputError) as refused:
        claim_accept(actor=county, claim=claim)
    assert (refused.value.code, refused.value.field) == ("finding_needs_reason", "reason")
    text = findings_of(claim)[0].text
    assert f"（1）{text}" in refused.value.message
    claim.refresh_from_db()
    assert (claim.state, HourEntry.objects.count()) == (ClaimState.SUBMITTED, 0)
    claim = claim_accept(actor=county, claim=claim, reason=REASON)
    step = claim.steps.latest("pk")
    assert (step.reason, step.findings) == (REASON, [{"code": "same_day", "text": text}])
    event = Event.objects.get(action="claim.accept", object_id=str(claim.pk))
    assert (event.reason, event.data) == (REASON, {"findings": [text]})


def test_a_fact_that_only_helps_to_read_needs_none(person: Practitioner, county: User) -> None:
    claim = filed(person, replace(COURSE, hours=Decimal(48)))
    assert [finding.code for finding in findings_of(claim)] == ["certificate_date"]
    claim = claim_accept(actor=county, claim=claim)
    assert claim.steps.latest("pk").findings == []
    assert "findings" not in Event.objects.get(action="claim.accept").data


def test_what_was_handed_in_after_the_page_was_opened_counts(person: Practitioner, county: User) -> None:
    claim = filed(person, numbered(NUMBER))
    assert findings_of(claim) == []
    filed(PractitionerFactory(), numbered(NUMBER))
    with pytest.raises(InputError) as refused:
        claim_accept(actor=county, claim=claim)
    assert refused.value.code == "finding_needs_reason"


def test_who_comes_second_is_told_so_and_not_asked_for_a_reason(person: Practitioner, county: User) -> None:
    filed(person, CLASS)
    claim = claim_accept(actor=county, claim=filed(person, TALK), reason=REASON)
    assert claim_accept(actor=county, claim=claim) == claim
    with pytest.raises(Conflict):
        claim_accept(actor=AppointmentFactory().user, claim=claim)


def test_the_page_tells_the_facts_above_the_decision(client: Client, person: Practitioner, county: User) -> None:
    other, claim = filed(person, CLASS), filed(person, TALK)
    text = page(client, county, claim)
    assert findings_of(claim)[0].text in text
    assert reverse("registry:review_claim", args=[other.pk]) in text
    assert text.index("提示事项") < text.index('name="decision"')
    url = reverse("registry:review_decide", args=[claim.pk])
    refused = client.post(url, {"decision": "accept", "reason": ""})
    assert refused.status_code == 422
    assert "#id_reason" in refused.content.decode()
    assert client.post(url, {"decision": "accept", "reason": REASON}).status_code == 302
    after = page(client, county, claim)
    assert "认定时的提示" in after
    assert "提示事项</h2>" not in after


def test_a_page_without_findings_says_so(client: Client, person: Practitioner, county: User) -> None:
    assert "没有发现重复、超时或异常" in page(client, county, filed(person, EXAM))


def test_the_person_reads_the_reason_and_nothing_of_others(client: Client, person: Practitioner, county: User) -> None:
    other = filed(PractitionerFactory(), numbered(NUMBER))
    claim = claim_accept(actor=county, claim=filed(person, numbered(NUMBER)), reason=REASON)
    client.force_login(person.user, backend=BACKEND)
    text = client.get(reverse("registry:claim_detail", args=[claim.pk])).content.decode()
    assert REASON in text
    for hidden in ("认定时的提示", str(other.number), other.practitioner.name):
        assert hidden not in text


@pytest.mark.parametrize("viewer", ["county", "islands", "city"])
def test_of_another_offices_claim_nothing_but_the_fact_is_told(client: Client, db: None, viewer: str) -> None:
    near, far = filed(PractitionerFactory(), numbered(NUMBER)), filed(islander(), numbered(NUMBER))
    user = {
        "county": AppointmentFactory().user,
        "islands": AppointmentFactory(region=region("putuo")).user,
        "city": AppointmentFactory(city=True).user,
    }[viewer]
    own, other = (far, near) if viewer == "islands" else (near, far)
    text = page(client, user, own)
    assert "证书（文号）编号与其他人员的1件申报相同" in text
    seen = viewer == "city"
    for told in (str(other.number), other.practitioner.name, reverse("registry:review_claim", args=[other.pk])):
        assert (told in text) == seen, told
    assert ("由其他单位受理，本单位不能查看" in text) != seen


def test_own_claims_handed_in_elsewhere_keep_their_number(client: Client, person: Practitioner, county: User) -> None:
    """The person moved here meanwhile: what lies with the former county stays there."""
    before = filed(person, CLASS)
    Claim.objects.filter(pk=before.pk).update(region=region("putuo"))
    claim = filed(person, TALK)
    text = page(client, county, claim)
    assert findings_of(claim)[0].text in text
    assert str(before.number) not in text
    assert reverse("registry:review_claim", args=[before.pk]) not in text


def test_the_reviewers_own_claim_is_no_link_for_them(db: None, county: User) -> None:
    filed(PractitionerFactory(user=county), numbered(NUMBER))
    [line] = lines(county, findings_of(filed(PractitionerFactory(), numbered(NUMBER))))
    assert (line.claims, line.hidden) == ([], 1)


def test_many_others_are_not_all_listed(db: None, county: User) -> None:
    for _ in range(7):
        filed(PractitionerFactory(), numbered(NUMBER))
    [line] = lines(county, findings_of(filed(PractitionerFactory(), numbered(NUMBER))))
    assert (len(line.claims), line.more, line.hidden) == (5, 2, 0)


def test_nobody_else_may_accept_in_spite_of_a_finding(person: Practitioner) -> None:
    filed(person, CLASS)
    claim = filed(person, replace(TALK, started_on=date(2021, 6, 1)))
    for user in (person.user, UserFactory(), AppointmentFactory(auditor=True).user):
        with pytest.raises(Exception, match="没有办理此事项的权限"):
            claim_accept(actor=user, claim=claim, reason=REASON)
