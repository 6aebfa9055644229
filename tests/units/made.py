"""Made-up applications, papers and forms of units."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

from accounts.commands.organisations import OrganisationInput
from accounts.models import Business, Organisation, OrganisationKind, User
from tests.factories import make_uscc, region
from tests.registry.people import upload
from units.commands.applications import (
    application_accept,
    application_refuse,
    application_return,
    application_submit,
    application_withdraw,
)
from units.commands.filings import FilingInput, filing_enter
from units.commands.qualifications import QualificationInput, qualification_file
from units.models import ProviderFiling, Qualification, UnitApplication
from units.states import ApplicationState

REASON = "材料与登记证不一致"
CERTIFICATE = QualificationInput("建筑工程施工总承包", "一级", "D233000001", date(2020, 1, 1), date(2024, 12, 31))


def stated(n: int = 1, **changes: Any) -> OrganisationInput:
    """What the n-th unit states, with these facts changed."""
    data = OrganisationInput(
        name=f"舟山虚构港湾工程有限公司{n}",
        kind=OrganisationKind.ENTERPRISE,
        region=region(),
        uscc=make_uscc(20_000_000 + n),
        business=Business.CONSTRUCTION,
        address="定海区虚构路1号",
        contact_name="林海",
        phone="0580-2000001",
    )
    return replace(data, **changes)


def form(n: int = 1, **changes: Any) -> dict[str, Any]:
    """The same as a browser sends it, with a token of its own."""
    data = stated(n)
    fields = {name: getattr(data, name) for name in ("name", "uscc", "old_code", "address", "contact_name", "phone")}
    picked = {"kind": data.kind.value, "business": data.business.value, "region": data.region.pk}
    return {**fields, **picked, "token": str(uuid.uuid4()), **changes}


def visitor(n: int = 1, **changes: Any) -> dict[str, Any]:
    """The form of somebody without an account."""
    account = {
        "applicant_name": "林海",
        "mobile": "13905801234",
        "username": "linhai",
        "password1": "Sea-Bridge-2021",
        "password2": "Sea-Bridge-2021",
    }
    return form(n, **account) | changes


def applied(applicant: User, n: int = 1, **changes: Any) -> UnitApplication:
    """An application handed in."""
    return application_submit(actor=applicant, data=stated(n, **changes), token=uuid.uuid4())


def application_in(state: ApplicationState, applicant: User, office: User, n: int = 1) -> UnitApplication:
    """An application in any state, brought there by the commands."""
    application = applied(applicant, n)
    if state == ApplicationState.ACCEPTED:
        application = application_accept(actor=office, application=application)
    elif state == ApplicationState.RETURNED:
        application = application_return(actor=office, application=application, reason=REASON)
    elif state == ApplicationState.REFUSED:
        application = application_refuse(actor=office, application=application, reason=REASON)
    elif state == ApplicationState.WITHDRAWN:
        application = application_withdraw(actor=applicant, application=application)
    assert application.state == state
    return application


def qualified(actor: User, unit: Organisation, *, shade: int = 0, **changes: Any) -> Qualification:
    """A qualification: filed when the actor runs the unit, entered when they keep it."""
    data = replace(CERTIFICATE, **changes)
    file = upload("资质证书.png", shade)
    return qualification_file(actor=actor, unit=unit, data=data, upload=file, token=uuid.uuid4())


def filed(actor: User, unit: Organisation, bureau: str, *, shade: int = 0, **changes: Any) -> ProviderFiling:
    """A filing as a provider of face-to-face classes."""
    data = replace(FilingInput(bureau, f"舟备{bureau}1号", date(2021, 1, 4), date(2022, 12, 31)), **changes)
    file = upload("备案证明.png", shade)
    return filing_enter(actor=actor, unit=unit, data=data, upload=file, token=uuid.uuid4())
