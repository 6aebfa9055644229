"""Signing up by a unit's invitation: the unit is given, and the phone where a code confirmed it."""

from __future__ import annotations

from typing import Any

from accounts.models import Organisation
from registry.commands.people import PersonInput
from registry.forms.sign_up import SignUpForm


class InvitedSignUpForm(SignUpForm):
    """The sign-up without unit and region, and without the phone once it is confirmed."""

    def __init__(self, *args: Any, unit: Organisation, phone_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit
        del self.fields["organisation"], self.fields["region"]
        if phone_known:
            del self.fields["phone"]

    def person(self) -> PersonInput:
        """What the command takes; it puts in the phone that it knows itself."""
        self.cleaned_data |= {"organisation": self.unit, "region": None}
        self.cleaned_data.setdefault("phone", "")
        return super().person()
