"""A canary flies through every door of a real portal at log level DEBUG, and is found nowhere afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.personal import PersonalDataRefused
from launcher.processes import wait_for
from office.audit.commands import record
from office.audit.models import Event
from office.jobs.commands import enqueue
from office.jobs.models import Job
from office.jobs.states import JobState
from tests.clients import PortalClient
from tests.factories import AppointmentFactory, UserFactory, region
from tests.security import account_doors, doors
from tests.security.canary import ID_NUMBER, PASSWORD, PHONE, seen_in, without_own_controls
from tests.security.live import Answer, Browser, Portal
from tests.security.places import in_database, in_files, in_redis, redis_keys


@pytest.fixture
def portal(transactional_db: None, tmp_path: Path) -> Iterator[Portal]:
    """The portal in processes of its own, on this test's database."""
    running = Portal(tmp_path / "data")
    running.start()
    yield running
    running.stop()


def signed_in(portal: Portal, user: User) -> Browser:
    """A browser in which a member of staff has passed both steps."""
    client = PortalClient()
    client.force_login(user)
    browser = portal.browser()
    browser.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return browser


def leaks(answer: Answer) -> list[str]:
    """Secrets in an answer. A form that comes back after a POST may hold what was typed, in its box."""
    page = answer.text
    if answer.method == "POST" and answer.status in (200, 422):
        page = without_own_controls(page)
    return seen_in(page, *(f"{name}: {value}" for name, value in answer.headers))


def test_the_canary_is_found_nowhere(portal: Portal, subtests: Any) -> None:
    putuo = region("putuo")
    desk = signed_in(portal, AppointmentFactory(region=putuo).user)
    city = AppointmentFactory(city=True).user
    city_desk, auditor = signed_in(portal, city), signed_in(portal, AppointmentFactory(auditor=True).user)

    administrator = signed_in(portal, AppointmentFactory(sysadmin=True).user)
    own = account_doors.sign_up(portal, putuo.pk)
    account_doors.accounts_of_others(portal, putuo.pk, administrator)
    account_doors.sign_in(portal)
    account_doors.invite(signed_in(portal, AppointmentFactory(employer_admin=True).user))
    page = doors.claim(own)
    doors.review(desk, page)
    doors.addresses(portal.browser(), own, desk, city_desk, auditor, administrator)
    account_doors.passwords(portal, own)
    doors.failures(portal)
    account_doors.lock_out(portal)
    commands_that_were_told(city)
    assert city_desk.post(reverse("compliance:annual_check"), {"year": "2021"}).status == 302
    queued = in_redis()
    keys = redis_keys()
    portal.worker.start()
    assert wait_for(lambda: not Job.objects.exclude(state=JobState.DONE).exists(), portal.worker, 60)
    for one in (own, desk, city_desk, auditor):
        for address in (
            "/",
            "/jobs/",
            "/audit/",
            "/accounts/me/",
            "/compliance/standings/",
            "/compliance/standings/export/",
        ):
            one.get(address)
    portal.stop()

    with subtests.test("every door was really passed, and the log was really at DEBUG"):
        log = portal.web.log.read_text()
        assert '"level": "debug"' in log
        assert '"request_failed"' in log
        assert '"job_finished"' in portal.worker.log.read_text()
        assert any(portal.queue in key for key in keys)
        assert list((portal.folder / "mail").iterdir())
    with subtests.test("no answer tells it"):
        assert [(a.method, a.path, a.status, found) for a in portal.answers if (found := leaks(a))] == []
    with subtests.test("no trace of a failure reaches a browser"):
        assert not [a.path for a in portal.answers if "Traceback" in a.text or "ZeroDivisionError" in a.text]
    with subtests.test("no log line, mail or file holds it"):
        assert in_files(portal.folder) == {}
    with subtests.test("no column of any table holds it in clear"):
        assert in_database() == {}
    with subtests.test("no message on its way to a worker holds it, no key and no cached value"):
        assert queued | in_redis() == {}


def commands_that_were_told(actor: User) -> None:
    """What no page asks for: a reason for the audit trail, the data of an event, the parameters of a job."""
    with transaction.atomic():
        event = record(actor=actor, action="claim.return", reason=f"{ID_NUMBER}，电话{PHONE}")
        with pytest.raises(PersonalDataRefused):
            record(actor=actor, action="claim.return", who=[{"deep": PHONE}])
        with pytest.raises(PersonalDataRefused):
            enqueue(actor=actor, kind="annual_check", key="canary", params={"who": ID_NUMBER})
        with pytest.raises(PersonalDataRefused):
            enqueue(actor=actor, kind="annual_check", key=f"annual_check:{PHONE}", params={})
    assert Event.objects.get(pk=event.pk).reason.count("已隐去") == 2


@pytest.mark.django_db
def test_the_search_finds_what_is_planted(tmp_path: Path) -> None:
    """In columns, in a session, in Redis, in a file, inside an address: else finding nothing would say nothing."""
    UserFactory(display_name=PHONE, phone="", phone_hash=ID_NUMBER.encode())
    client = PortalClient()
    session = client.session
    session["typed"] = PASSWORD
    session.save()
    assert in_database() == {"public.accounts_user": ["ID number", "phone"], "public.accounts_session": ["password"]}
    server = redis.Redis.from_url(settings.REDIS_URL)
    try:
        server.rpush("canary-list", json.dumps({"args": [ID_NUMBER]}))
        server.hset("canary-hash", PHONE, "x")
        assert in_redis() == {"0/canary-list": ["ID number"], "0/canary-hash": ["phone"]}
    finally:
        server.delete("canary-list", "canary-hash")
    (tmp_path / f"{PHONE}.log").write_text(f"... {ID_NUMBER.lower()} ...")
    assert list(in_files(tmp_path).values()) == [["phone"], ["ID number"]]
    assert seen_in(f"next=%2Freview%2F%3Fq%3D{ID_NUMBER}") == ["ID number"]
    assert seen_in(f"{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}") == ["phone"]
    assert (
        without_own_controls(f'<input name=q value="{PHONE}"><p title="{ID_NUMBER}">')
        == f"input name=qp title={ID_NUMBER}"
    )
