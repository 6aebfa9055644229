"""What a claim's page shows of its second look, and which form the user gets there."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from registry.forms.second_looks import DecisionOnLookForm, OpinionForm
from registry.models import SecondLook
from registry.queries.second_looks import to_act

LookForm = OpinionForm | DecisionOnLookForm


def panel(user: User, look: SecondLook | None, form: LookForm | None = None) -> dict[str, Any]:
    """The look, and for who may go on with it the form: an opinion, or a decision on one. `form` as it was sent."""
    if look is None:
        return {"look": None}
    acting = to_act(user).filter(pk=look.pk).exists()
    opens = acting and look.looked_at is None
    return {
        "look": look,
        "look_form": form,
        "opinion_form": (form if isinstance(form, OpinionForm) else OpinionForm()) if opens else None,
        "decision_form": (form if isinstance(form, DecisionOnLookForm) else DecisionOnLookForm())
        if acting and not opens
        else None,
    }
