"""A unit's certificates as one zip: by a job that goes on where it stopped, kept for a while, and then gone."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from accounts.errors import Conflict, Forbidden
from accounts.models import Organisation, User
from compliance.commands.certificate_bundles import LIST, bundle_make, bundle_request
from compliance.commands.certificate_files import bundles_expire
from compliance.models import Certificate, CertificateBundle
from compliance.tasks import expire_bundles
from office.audit.models import Event
from office.jobs.commands import run
from office.jobs.models import Job
from tests.clients import PortalClient
from tests.compliance.signing import COMMANDS, meeting, signed
from tests.factories import AppointmentFactory, OrganisationFactory, region

pytestmark = pytest.mark.django_db
TOKEN = UUID(int=7)


@pytest.fixture
def unit() -> Organisation:
    """A unit in 定海."""
    return OrganisationFactory()


@pytest.fixture
def admin(unit: Organisation) -> User:
    """Its administrator."""
    return AppointmentFactory(employer_admin=True, organisation=unit).user


def asked(admin: User, unit: Organisation) -> Job:
    return bundle_request(actor=admin, organisation=unit, year=2021, token=uuid4())


def names_in(bundle: CertificateBundle) -> list[str]:
    with default_storage.open(bundle.file) as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        assert archive.testzip() is None
        return sorted(archive.namelist())


def test_everybody_who_passed_is_in_the_zip(county: User, unit: Organisation, admin: User) -> None:
    people = [signed(county, organisation=unit, name=name) for name in ("林海", "周洋")]
    meeting(county, organisation=unit)  # nobody has reviewed this one
    signed(county)  # of another unit
    job = asked(admin, unit)
    run(str(job.pk))
    job.refresh_from_db()
    bundle = CertificateBundle.objects.get(job=job)
    made = Certificate.objects.order_by("pk")
    assert (job.state, bundle.issued, bundle.left_out) == ("done", 2, 0)
    assert [one.practitioner for one in made] == people
    assert names_in(bundle) == sorted(
        f"{one.content['person']['name']}-{one.practitioner.id_last4}-{one.number}.pdf" for one in made
    )
    assert {one.issued_by for one in made} == {admin}
    assert Event.objects.get(action="certificate.bundle").actor_id == admin.pk


def test_who_fell_open_meanwhile_is_left_out_and_named(county: User, unit: Organisation, admin: User) -> None:
    first, second = (signed(county, organisation=unit, name=name) for name in ("林海", "周洋"))
    job = asked(admin, unit)
    COMMANDS["open"](county, second)
    run(str(job.pk))
    bundle = CertificateBundle.objects.get(job=job)
    assert (bundle.issued, bundle.left_out) == (1, 1)
    assert LIST in names_in(bundle)
    with default_storage.open(bundle.file) as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        assert "周洋" in archive.read(LIST).decode()
    assert Certificate.objects.get().practitioner == first


def test_a_job_that_lost_its_worker_goes_on_with_the_next_person(county: User, unit: Organisation, admin: User) -> None:
    people = [signed(county, organisation=unit).pk for _ in range(3)]
    job = asked(admin, unit)

    class Killed(Exception):
        """Where the worker ended."""

    kept: list[list[object]] = []

    def killed_at_the_second(done: int, _: int, checkpoint: dict[str, list[list[object]]]) -> None:
        if done == 2:
            raise Killed
        kept[:] = checkpoint["results"]

    with pytest.raises(Killed):
        bundle_make(job=job.pk, people=people, results=[], progress=killed_at_the_second)
    assert Certificate.objects.count() == 1
    done = bundle_make(job=job.pk, people=people, results=kept[:1], progress=lambda *_: None)
    assert (done["issued"], Certificate.objects.count()) == (3, 3)


def test_the_same_form_is_one_job(county: User, unit: Organisation, admin: User) -> None:
    signed(county, organisation=unit)
    jobs = {bundle_request(actor=admin, organisation=unit, year=2021, token=TOKEN).pk for _ in range(2)}
    assert len(jobs) == 1 == CertificateBundle.objects.count()


def test_a_unit_where_nobody_passed_is_told(county: User, unit: Organisation, admin: User) -> None:
    meeting(county, organisation=unit)
    with pytest.raises(Conflict, match="还没有审核通过的人员"):
        asked(admin, unit)
    assert not Job.objects.exists()


def test_who_may_ask_for_a_unit(county: User, unit: Organisation, admin: User) -> None:
    signed(county, organisation=unit)
    for user in (admin, county, AppointmentFactory(city=True).user):
        assert asked(user, unit)
    for other in (
        AppointmentFactory(employer_admin=True).user,
        AppointmentFactory(organiser=True, organisation=unit).user,
        AppointmentFactory(region=region("putuo")).user,
    ):
        with pytest.raises(Forbidden):
            asked(other, unit)


def test_the_zip_is_taken_with_an_audit_row_and_goes_after_its_time(
    county: User, unit: Organisation, admin: User, client: PortalClient
) -> None:
    signed(county, organisation=unit)
    job = asked(admin, unit)
    run(str(job.pk))
    bundle = CertificateBundle.objects.get(job=job)
    url = reverse("certificates:bundle_file", args=[bundle.pk])
    client.force_login(admin)
    assert client.get(url).status_code == 200
    assert Event.objects.filter(action="certificate.bundle_download").count() == 1
    assert bundles_expire() == 0
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert client.get(url).status_code in (302, 404)  # the session ran out, or the time of the zip
        path = bundle.file
        assert expire_bundles() == 1
    bundle.refresh_from_db()
    assert (bundle.file, default_storage.exists(path)) == ("", False)


def test_a_unit_asks_on_its_page_and_follows_the_job(
    county: User, unit: Organisation, admin: User, client: PortalClient
) -> None:
    signed(county, organisation=unit)
    client.force_login(admin)
    page = reverse("certificates:bundles")
    token = client.get(page).context["form"]["token"].value()
    asked = client.post(page, {"token": str(token), "unit": unit.name, "year": "2021"})
    job = Job.objects.get(kind="certificate_bundle")
    assert asked["Location"] == reverse("jobs:detail", args=[job.pk])
    run(str(job.pk))
    shown = client.get(asked["Location"]).content.decode()
    assert reverse("certificates:bundle_file", args=[CertificateBundle.objects.get().pk]) in shown
    assert "签发1份" in client.get(page).content.decode()


@pytest.mark.parametrize("typed", ["没有这个单位", "putuo"])
def test_an_office_names_a_unit_of_its_own_region(
    county: User, unit: Organisation, client: PortalClient, typed: str
) -> None:
    far = OrganisationFactory(region=region("putuo"))
    client.force_login(county)
    name = far.name if typed == "putuo" else typed
    answer = client.post(reverse("certificates:bundles"), {"token": str(uuid4()), "unit": name, "year": "2021"})
    assert answer.status_code == 422
    assert "没有找到这个单位" in answer.content.decode()
