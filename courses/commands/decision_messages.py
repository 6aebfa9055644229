"""What a unit is told of its class application, in the transaction that decides on it."""

from __future__ import annotations

from django.urls import reverse

from accounts.queries import acting_for
from courses.models import ClassApplication
from courses.states import ApplicationState
from office.messages.commands import send

_KINDS = {
    ApplicationState.ENDORSED: "class.endorsed",
    ApplicationState.APPROVED: "class.approved",
    ApplicationState.RETURNED: "class.returned",
    ApplicationState.REFUSED: "class.refused",
    ApplicationState.CANCELLED: "class.cancelled",
}
_WITH_REASON = (ApplicationState.RETURNED, ApplicationState.REFUSED, ApplicationState.CANCELLED)


def tell_unit(application: ClassApplication, *, office: str, reason: str, **more: str) -> None:
    """Tell everybody who acts for the unit what was decided; one message to each for each step."""
    state = ApplicationState(application.state)
    step = application.steps.order_by("-id").values_list("pk", flat=True)[0]
    params = {"number": application.number or "", "subject": application.title, "office": office, **more}
    if state in _WITH_REASON:
        params["reason"] = reason
    for user in acting_for(application.organisation):
        send(
            to=user,
            kind=_KINDS[state],
            key=f"class_step:{step}",
            link=reverse("courses:application_detail", args=[application.pk]),
            **params,
        )
