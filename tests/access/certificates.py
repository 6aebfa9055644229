"""The part of the access matrix that is about certificates.

`certificate.own` is the engineer's, `other_unit` of somebody else in 定海, `other_region` of somebody in 普陀;
`bundle.own` is unit A's zip, the others are of those people's units. `code.good` opens a public page.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from compliance.commands.certificates import certificate_issue
from compliance.commands.reviews import review_pass
from compliance.models import Certificate, CertificateBundle
from office.jobs.models import Job
from office.jobs.states import JobState
from registry.models import Practitioner
from tests.compliance.signing import WHOLE, post
from tests.factories import AppointmentFactory, OrganisationFactory, region
from tests.registry.people import PractitionerFactory

if TYPE_CHECKING:
    from tests.access.world import World

NOWHERE = 999_999_999
TABLE = """
# route                    object                 method anon engi empl orga coun city audi sysa form
certificates:own           -                      GET      in  200  404  404  404  404  404  404  404
certificates:issue         -                      POST     in  422  404  404  404  404  404  404  404
certificates:issue_for     person.own             POST     in  404  404  404  302  302  404  404  404
certificates:issue_for     person.other_unit      POST     in  404  404  404  409  409  404  404  404
certificates:issue_for     person.other_region    POST     in  404  404  404  404  409  404  404  404
certificates:sheet_file         person.own             GET      in  200  200  404  200  200  404  404  404
certificates:sheet_file         person.other_unit      GET      in  404  404  404  200  200  404  404  404
certificates:sheet_file         person.other_region    GET      in  404  404  404  404  200  404  404  404
certificates:list          -                      GET      in  404  404  404  200  200  404  404  404
certificates:export        -                      GET      in  404  404  404  200  200  404  404  404
certificates:bundles       -                      GET      in  404  200  404  200  200  404  404  404
certificates:bundles       -                      POST     in  404  422  404  422  422  404  404  404
certificates:bundle_file   bundle.own             GET      in  404  200  404  200  200  404  404  404
certificates:bundle_file   bundle.other_unit      GET      in  404  404  404  200  200  404  404  404
certificates:bundle_file   bundle.other_region    GET      in  404  404  404  404  200  404  404  404
certificates:bundle_file   bundle.expired         GET      in  404  404  404  404  404  404  404  404
certificates:detail        certificate.own        GET      in  200  404  404  200  200  404  404  404
certificates:detail        certificate.other_unit GET      in  404  404  404  200  200  404  404  404
certificates:detail        certificate.other_region GET    in  404  404  404  404  200  404  404  404
certificates:certificate_file          certificate.own        GET      in  200  404  404  200  200  404  404  404
certificates:certificate_file          certificate.other_unit GET      in  404  404  404  200  200  404  404  404
certificates:certificate_file          certificate.other_region GET    in  404  404  404  404  200  404  404  404
certificates:revoke        certificate.own        POST     in  404  404  404  302  302  404  404  404
certificates:revoke        certificate.other_unit POST     in  404  404  404  302  302  404  404  404
certificates:revoke        certificate.other_region POST   in  404  404  404  404  302  404  404  404
certificates:check         -                      GET     200  200  200  200  200  200  200  200  200
certificates:check         -                      POST    422  422  422  422  422  422  422  422  422
certificates:public        code.good              GET     200  200  200  200  200  200  200  200  200
certificates:public        code.good              POST    200  200  200  200  200  200  200  200  200
certificates:public        code.unknown           GET     404  404  404  404  404  404  404  404  404
certificates:public_json   code.good              GET     200  200  200  200  200  200  200  200  200
certificates:public_json   code.unknown           GET     404  404  404  404  404  404  404  404  404
"""
FORMS: dict[str, dict[str, Any]] = {
    "certificates:revoke": {"reason": "材料系伪造"},
    "certificates:public": {"name": "林海"},
}


def add_certificates(world: World) -> None:
    """The objects of the lines above; their people have passed years, the engineer among them."""
    islands = AppointmentFactory(region=region("putuo")).user
    far = OrganisationFactory(region=region("putuo"))
    held = {
        "own": _certificate(world.people["own"], world.users["coun"]),
        "other_unit": _certificate(PractitionerFactory(), world.users["coun"]),
        "other_region": _certificate(PractitionerFactory(organisation=far), islands),
    }
    for name, made in held.items():
        world.objects[f"certificate.{name}"] = {"pk": made.pk}
        world.objects[f"bundle.{name}"] = {"pk": _bundle(made, world.users["city"]).pk}
    expired = _bundle(held["own"], world.users["city"], days=-1)
    world.objects["bundle.expired"] = {"pk": expired.pk}
    world.objects["code.good"] = {"code": held["own"].code}
    world.objects["code.unknown"] = world.objects["code.absent"] = {"code": "Z" * 28}
    world.objects["certificate.absent"] = world.objects["bundle.absent"] = {"pk": NOWHERE}


def _certificate(person: Practitioner, clerk: User) -> Certificate:
    post(person, clerk, *WHOLE)
    review_pass(actor=clerk, practitioner=person, year=2021)
    return certificate_issue(actor=clerk, practitioner=person, years=[2021])


def _bundle(made: Certificate, asker: User, *, days: int = 7) -> CertificateBundle:
    key = f"matrix:bundle:{uuid.uuid4()}"
    job = Job.objects.create(kind="certificate_bundle", key=key, state=JobState.DONE, requested_by=asker)
    return CertificateBundle.objects.create(
        job=job,
        organisation=made.practitioner.organisation,
        year=2021,
        requested_by=asker,
        issued=1,
        file=default_storage.save("certificate-bundles/matrix.zip", ContentFile(b"PK")),
        expires_at=timezone.now() + timedelta(days=days),
    )
