"""A small world with one of everything a route may take, and a browser for each role of the matrix."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import Organisation, User
from compliance.models import Certificate
from hours_rules.notices import shipped_texts
from office.audit.models import Event
from office.jobs.models import Job
from office.jobs.states import JobState
from office.messages.models import Message
from registry.commands.evidence import evidence_add
from registry.commands.notices import notice_draft, notice_propose
from registry.commands.windows import window_reopen
from registry.commands.yearly import CourseInput, course_add
from registry.models import Claim, ClaimStep, Evidence, GroupClaim, HourEntry, NoticeVersion, Practitioner
from registry.states import NoticeState
from tests.access import platforms
from tests.access.adjustments import add_adjustments
from tests.access.attendance import add_attendance
from tests.access.certificates import add_certificates
from tests.access.courses import add_courses
from tests.access.courses_documents import add_documents
from tests.access.draft_trials import add_trials
from tests.access.explanations import add_explanations
from tests.access.groups import add_groups
from tests.access.looks import add_looks
from tests.access.matrix import ROLES
from tests.access.reminders import add_reminders
from tests.access.reports import add_reports
from tests.access.reviews import add_reviews
from tests.access.rosters import add_rosters
from tests.access.routes import routes
from tests.access.units import absent, add_units
from tests.clients import PortalClient
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory, region
from tests.registry.people import PractitionerFactory, accepted, draft, submitted, upload

CSRF = "a" * 32
NOWHERE = 999_999_999
_FIRST = {"page": 1, "image": 1}  # of a proof


class World:
    """Users by role, objects by the names of the matrix. Unit A and 定海 are "own"; needs a frozen date in 2021.

    `own` are attributes of the engineer.
    """

    def __init__(self, **own: Any) -> None:
        self.unit = OrganisationFactory()
        self.people = {
            "own": PractitionerFactory(organisation=self.unit, **own),
            "colleague": PractitionerFactory(organisation=self.unit),
            "other_unit": PractitionerFactory(),
            "other_region": PractitionerFactory(organisation=OrganisationFactory(region=region("putuo"))),
            "municipal": PractitionerFactory(organisation=OrganisationFactory(region=region("city"))),
        }
        self.users = self._users()
        self.objects: dict[str, dict[str, Any]] = {"-": {}}
        self._add_claims()
        self._add_people_and_jobs()
        self._add_notices_and_events()
        self._add_desk_and_courses()
        self._add_links()
        add_units(self)
        add_looks(self)
        add_adjustments(self)
        add_groups(self)
        platforms.add_platforms(self)
        add_courses(self)
        add_documents(self)
        add_attendance(self)
        add_certificates(self)
        add_reports(self)
        add_reviews(self)
        add_reminders(self)
        add_rosters(self)
        add_explanations(self)
        add_trials(self)
        self.objects |= absent() | platforms.absent()
        self._browser = PortalClient(enforce_csrf_checks=True, raise_request_exception=False)
        self._cookies = {role: self._signed_in(role) for role in ROLES}

    def _users(self) -> dict[str, User | None]:
        ended = timezone.localdate() - timedelta(days=1)
        return {
            "anon": None,
            "engi": self.people["own"].user,
            "empl": AppointmentFactory(employer_admin=True, organisation=self.unit).user,
            "orga": AppointmentFactory(organiser=True, organisation=self.unit).user,
            "coun": AppointmentFactory().user,
            "city": AppointmentFactory(city=True).user,
            "audi": AppointmentFactory(auditor=True).user,
            "sysa": AppointmentFactory(sysadmin=True).user,
            "form": AppointmentFactory(valid_to=ended).user,
        }

    def _add_claims(self) -> None:
        people = self.people
        islands = AppointmentFactory(region=region("putuo")).user
        claims = {name: submitted(person) for name, person in people.items()}
        claims |= {
            "own_draft": _with_proof(draft(people["own"])),
            "own_accepted": accepted(people["own"], self.users["coun"]),
            "colleague_draft": _with_proof(draft(people["colleague"])),
            "far_accepted": accepted(people["other_region"], islands),
        }
        proofs = {name: claim.evidence.first().pk for name, claim in claims.items()}
        for name, claim in claims.items():
            self.objects[f"claim.{name}"] = {"pk": claim.pk, "evidence_pk": proofs[name], **_FIRST}
        self.objects["claim.crossed"] = {"pk": claims["own"].pk, "evidence_pk": proofs["colleague"], **_FIRST}
        self.objects["claim.absent"] = {"pk": NOWHERE, "evidence_pk": NOWHERE, **_FIRST}
        for name in ("own", "other_region"):  # each was told that a claim was accepted
            self.objects[f"message.{name}"] = {
                "pk": Message.objects.get(recipient=people[name].user, kind="claim.accepted").pk
            }
        self.objects["message.absent"] = {"pk": NOWHERE}

    def _add_people_and_jobs(self) -> None:
        for name, person in self.people.items():
            self.objects[f"person.{name}"] = {"practitioner_pk": person.pk, "year": 2021}
        self.objects["person.absent"] = {"practitioner_pk": NOWHERE, "year": 2021}
        for name, asker in {"of_city": "city", "of_county": "coun", "nightly": "anon"}.items():
            job = Job.objects.create(
                kind="annual_check",
                key=f"matrix:{name}",
                params={"year": 2021},
                state=JobState.FAILED,
                requested_by=self.users[asker],
            )
            self.objects[f"job.{name}"] = {"pk": job.pk}
        self.objects["job.absent"] = {"pk": uuid.UUID(int=0)}

    def _add_notices_and_events(self) -> None:
        later = shipped_texts()[0].replace("〔2021〕38号", "〔2022〕1号").replace("2021-01-01", "2022-01-01")
        draft_of_2022 = notice_draft(actor=self.users["city"], text=later, remark="样稿")
        colleague = AppointmentFactory(city=True).user
        proposed = notice_draft(actor=colleague, text=later.replace("〔2022〕1号", "〔2022〕2号"), remark="样稿")
        notice_propose(actor=colleague, version=proposed)
        in_force = NoticeVersion.objects.get(state=NoticeState.IN_FORCE)
        for name, version in {"in_force": in_force, "draft": draft_of_2022, "proposed": proposed}.items():
            self.objects[f"notice.{name}"] = {"pk": version.pk, "other": in_force.pk}
        self.objects["notice.since_draft"] = {"pk": in_force.pk, "other": draft_of_2022.pk}
        self.objects["notice.since_absent"] = {"pk": in_force.pk, "other": NOWHERE}
        self.objects["notice.absent"] = {"pk": NOWHERE, "other": NOWHERE}
        self.objects["event.any"] = {"pk": Event.objects.first().pk}
        self.objects["event.absent"] = {"pk": NOWHERE}

    def _add_desk_and_courses(self) -> None:
        held = AppointmentFactory(auditor=True)
        self.objects["account.other"] = {"pk": held.user_id}
        self.objects["appointment.other"] = {"pk": held.pk}
        self.objects["appointment.city"] = {"pk": self.users["city"].appointments.get().pk}
        data = CourseInput("HG-01", "工程质量安全", "industry_public", Decimal(12), "zhoushan")
        course = course_add(actor=self.users["city"], year=2021, data=data)
        self.objects["course.any"] = {"year": 2021, "pk": course.pk}
        self.objects["course.absent"] = {"year": 2021, "pk": NOWHERE}
        until = timezone.localdate() + timedelta(days=40)
        reopened = window_reopen(
            actor=self.users["city"], practitioner=self.people["colleague"], year=2022, until=until, reason="病假"
        )
        self.objects["reopening.any"] = {"year": 2022, "pk": reopened.pk}
        self.objects["reopening.absent"] = {"year": 2022, "pk": NOWHERE}
        self.objects["office.dinghai"] = {"code": "dinghai"}
        self.objects["office.absent"] = {"code": "nowhere"}
        for name in ("account", "appointment"):
            self.objects[f"{name}.absent"] = {"pk": NOWHERE}

    def _add_links(self) -> None:
        user = UserFactory()
        uid = urlsafe_base64_encode(force_bytes(user.pk))
        self.objects["link.good"] = {"uidb64": uid, "token": default_token_generator.make_token(user)}
        self.objects["link.used"] = {"uidb64": uid, "token": "c0ffee-0123456789abcdef0123456789abcdef"}
        self.objects["activity.exam"] = {"activity": "licence_exam"}
        self.objects["activity.absent"] = {"activity": "sleeping"}
        for year in (2021, 2020, 2019):
            self.objects[f"year.{year}"] = {"year": year}
        self.objects["year.absent"] = {"year": 1999}

    def _signed_in(self, role: str) -> dict[str, str]:
        client = self._browser
        client.cookies = SimpleCookie()
        user = self.users[role]
        if user is not None:
            client.force_login(user)
            client.get(reverse("accounts:account"))  # what a session notes at its first request is noted
        client.cookies[settings.CSRF_COOKIE_NAME] = CSRF
        return {name: morsel.value for name, morsel in client.cookies.items()}

    def url(self, route: str, name: str) -> str:
        """Address of a route for one of the objects."""
        wanted = routes()[route].parameters
        return reverse(route, kwargs={key: value for key, value in self.objects[name].items() if key in wanted})

    def absent(self, name: str) -> str:
        """What is not there, where `name` is: where an address names two things, the first one stays."""
        if f"{name}_absent" in self.objects:
            return f"{name}_absent"
        return "notice.since_absent" if name == "notice.since_draft" else f"{name.split('.')[0]}.absent"

    def ask(
        self,
        role: str,
        method: str,
        url: str,
        data: dict[str, Any] | None = None,
        *,
        token: bool = True,
        **headers: str,
    ) -> HttpResponseBase:
        """One request of a role, as if in a fresh browser, CSRF enforced; `token` brings the CSRF token along."""
        client = self._browser
        client.cookies = SimpleCookie(self._cookies[role])
        if token and method not in ("GET", "HEAD", "OPTIONS", "TRACE"):
            headers["X-CSRFToken"] = CSRF
        send = getattr(client, method.lower())
        return send(url, data or {}, headers=headers) if method == "POST" else send(url, headers=headers)


def footprint() -> tuple[int, ...]:
    """Counts that no refused request may change, in one question."""
    tables = (
        Certificate,
        Event,
        ClaimStep,
        HourEntry,
        Claim,
        GroupClaim,
        Evidence,
        Job,
        NoticeVersion,
        Organisation,
        Practitioner,
        User,
    )
    counts = [f"(SELECT count(*) FROM {table._meta.db_table})" for table in tables]
    counts.append(f"(SELECT count(*) FROM {Job._meta.db_table} WHERE state <> '{JobState.FAILED}')")
    counts.append(f"(SELECT count(*) FROM {Message._meta.db_table} WHERE read_at IS NULL)")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}")
        return tuple(cursor.fetchone())


def _with_proof(claim: Claim) -> Claim:
    person: Practitioner = claim.practitioner
    token = uuid.uuid4()
    evidence_add(actor=person.user, claim=claim, kind="exam_result", upload=upload(shade=claim.pk), token=token)
    return claim
