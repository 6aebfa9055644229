"""A claim that reached the wrong office goes to the right one, with its history, and the person is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.errors import Conflict, Forbidden, InputError
from accounts.models import User
from office.audit.models import Event
from office.messages.models import Message
from registry.commands.claims import claim_submit
from registry.commands.decisions import claim_accept, claim_return
from registry.commands.handover import claim_hand_over
from registry.models import Claim, Practitioner
from registry.states import ClaimState
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory, submitted
from tests.registry.stages import claim_in

BACKEND = "accounts.backends.PhoneOrUsernameBackend"
REASON = "注册时选错属地"


@pytest.fixture
def islands(db: None) -> User:
    """普陀's county bureau."""
    return AppointmentFactory(region=region("putuo")).user


def handed(claim: Claim, actor: User, to: str = "putuo") -> Claim:
    return claim_hand_over(actor=actor, claim=claim, region=region(to), reason=REASON)


def address(claim: Claim) -> str:
    return reverse("registry:review_hand_over", args=[claim.pk])


def test_the_other_office_decides_and_the_first_no_longer_does(
    person: Practitioner, county: User, islands: User
) -> None:
    claim = submitted(person)
    number, handed_in = claim.number, claim.submitted_at
    claim = handed(claim, county)
    assert (claim.region.code, claim.state, claim.number, claim.submitted_at) == (
        "putuo",
        ClaimState.SUBMITTED,
        number,
        handed_in,
    )
    step = claim.steps.latest("pk")
    assert (step.before, step.after, step.moved_from.code, step.moved_to.code, step.reason, step.actor) == (
        "submitted",
        "submitted",
        "dinghai",
        "putuo",
        REASON,
        county,
    )
    event = Event.objects.get(action="claim.hand_over")
    assert (event.before, event.after, event.reason, event.object_id) == ("定海区", "普陀区", REASON, str(claim.pk))
    message = Message.objects.get(recipient=person.user, kind="claim.handed_over")
    assert REASON in message.body
    assert "普陀区" in message.title
    with pytest.raises(Forbidden):
        claim_accept(actor=county, claim=claim)
    assert claim_accept(actor=islands, claim=claim).state == ClaimState.ACCEPTED


def test_a_claim_handed_over_comes_back_mended_to_the_office_that_has_it(
    person: Practitioner, county: User, islands: User
) -> None:
    claim = claim_return(actor=islands, claim=handed(submitted(person), county), reason="请补充")
    assert claim_submit(actor=person.user, claim=claim).region.code == "putuo"


@pytest.mark.parametrize("state", [state for state in ClaimState if state != ClaimState.SUBMITTED])
def test_only_a_claim_that_waits_is_handed_over(person: Practitioner, county: User, state: ClaimState) -> None:
    claim = claim_in(state, person, county)
    with pytest.raises(Conflict) as refused:
        handed(claim, county)
    assert refused.value.code == "state_moved"
    claim.refresh_from_db()
    assert claim.region.code == "dinghai"


@pytest.mark.parametrize(
    ("to", "reason", "code", "field"),
    [
        ("dinghai", REASON, "region_same", "region"),
        ("putuo", " ", "reason_missing", "reason"),
        ("putuo", "字" * 501, "too_long", "reason"),
        ("putuo", "身份证号330902198506150015", "personal", "reason"),
    ],
)
def test_what_is_asked_for(person: Practitioner, county: User, to: str, reason: str, code: str, field: str) -> None:
    claim = submitted(person)
    with pytest.raises(InputError) as refused:
        claim_hand_over(actor=county, claim=claim, region=region(to), reason=reason)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert claim.steps.count() == 1


@pytest.mark.parametrize("role", [{"region__code": "putuo"}, {"city": True}, {"auditor": True}])
def test_only_the_office_that_has_it_hands_it_over(person: Practitioner, role: dict[str, Any]) -> None:
    with pytest.raises(Forbidden):
        handed(submitted(person), AppointmentFactory(**role).user, "daishan")


def test_nobody_hands_their_own_claim_over(county: User) -> None:
    with pytest.raises(Forbidden):
        handed(submitted(PractitionerFactory(user=county)), county)


def test_who_has_no_account_is_not_told(person: Practitioner, county: User) -> None:
    claim = submitted(person)
    Practitioner.objects.filter(pk=person.pk).update(user=None)
    handed(Claim.objects.get(pk=claim.pk), county)
    assert not Message.objects.filter(kind="claim.handed_over").exists()


def test_the_page_suggests_the_persons_present_region(client: Client, person: Practitioner, county: User) -> None:
    claim = submitted(person)
    client.force_login(county, backend=BACKEND)
    page = reverse("registry:review_claim", args=[claim.pk])
    assert "该人员现属其他地区" not in client.get(page).content.decode()
    assert client.get(address(claim)).context["form"]["region"].value() is None
    person.organisation = OrganisationFactory(region=region("daishan"))
    person.region = region("daishan")
    person.save()
    assert "该人员现属其他地区" in client.get(page).content.decode()
    form = client.get(address(claim)).context["form"]
    assert form["region"].value() == "daishan"
    assert "dinghai" not in str(form["region"])


def test_the_pages_of_both_offices(client: Client, person: Practitioner, county: User, islands: User) -> None:
    claim = submitted(person)
    client.force_login(county, backend=BACKEND)
    refused = client.post(address(claim), {"region": "dinghai", "reason": REASON})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["region"])
    refused = client.post(address(claim), {"region": "putuo", "reason": ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    done = client.post(address(claim), {"region": "putuo", "reason": REASON})
    assert done.headers["Location"] == "/review/"
    assert client.get(reverse("registry:review_claim", args=[claim.pk])).status_code == 404
    assert client.post(address(claim), {"region": "putuo", "reason": REASON}).status_code == 404
    client.force_login(islands, backend=BACKEND)
    text = client.get(reverse("registry:review_claim", args=[claim.pk])).content.decode()
    for told in ("由舟山市定海区住房和城乡建设局移交", REASON, county.display_name, "移交：定海区→普陀区"):
        assert told in text, told
    client.force_login(person.user, backend=BACKEND)
    assert "移交：定海区→普陀区" in client.get(reverse("registry:claim_detail", args=[claim.pk])).content.decode()


def test_a_decision_made_meanwhile_is_told(client: Client, person: Practitioner, county: User) -> None:
    claim = submitted(person)
    claim_accept(actor=AppointmentFactory(user__display_name="王科长").user, claim=claim)
    client.force_login(county, backend=BACKEND)
    page = client.post(address(claim), {"region": "putuo", "reason": REASON}, follow=True)
    assert "王科长" in page.content.decode()
    assert client.get(address(claim)).status_code == 302
