"""What htmx asks for after the session has ended sends the browser to the sign-in; nothing is put into the page."""

from __future__ import annotations

import pytest
import time_machine

from accounts.models import User
from tests.clients import PortalClient
from tests.factories import AppointmentFactory, UserFactory

pytestmark = pytest.mark.django_db
PART = "/jobs/00000000-0000-4000-8000-000000000000/progress/"
PAGE = "/jobs/00000000-0000-4000-8000-000000000000/"


def part(client: PortalClient, current: str = f"http://testserver{PAGE}?q=x") -> tuple[int, str, bytes]:
    """What htmx is answered on that page."""
    answer = client.get(PART, headers={"HX-Request": "true", "HX-Current-URL": current})
    return answer.status_code, answer.headers.get("HX-Redirect", ""), answer.content


def test_a_stranger_is_sent_to_sign_in_and_from_there_to_the_page(client: PortalClient) -> None:
    assert part(client) == (204, f"/accounts/sign-in/?next={PAGE}", b"")
    assert client.get(PART).headers["Location"] == f"/accounts/sign-in/?next={PART}"  # a browser without htmx


def test_a_session_that_was_idle_too_long_is_sent_there_too(client: PortalClient) -> None:
    with time_machine.travel("2021-09-01T10:00:00+08:00", tick=False) as clock:
        client.force_login(AppointmentFactory().user)
        client.get("/")
        clock.shift(31 * 60)
        assert part(client)[:2] == (204, f"/accounts/sign-in/?next={PAGE}")


@pytest.mark.parametrize("current", ["", "nonsense", "https://evil.example//evil.example/x", "javascript:alert(1)"])
def test_a_page_that_is_none_is_not_gone_back_to(client: PortalClient, current: str) -> None:
    status, target, _ = part(client, current)
    assert status == 204
    assert target.startswith("/accounts/sign-in/")
    assert "evil" not in target
    assert "javascript" not in target


def test_a_password_that_must_be_changed_leads_to_the_change(client: PortalClient) -> None:
    user = UserFactory()
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    client.force_login(user)
    assert part(client)[1].startswith("/accounts/password/")


def test_other_answers_to_htmx_stay_as_they_are(client: PortalClient) -> None:
    client.force_login(UserFactory())
    assert part(client)[0] == 404
    assert client.get("/units/own/", headers={"HX-Request": "true"}).status_code == 404
