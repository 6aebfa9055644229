"""The facts of an activity that somebody considers: the claim's form without what only a claim needs, for any day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from accounts.errors import InputError
from accounts.forms import add_domain_error
from hours_rules import Activity, RuleError, credit
from registry.forms.claims import RULE_FACTS, ClaimForm
from registry.queries.notices import notice_on

ONLY_OF_CLAIMS = ("token", "started_on", "title", "organiser", "certificate_number", "note")


class TrialForm(ClaimForm):
    """What is asked to credit an activity, and the day on which it ended or will end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ONLY_OF_CLAIMS:
            del self.fields[name]
        day = self.fields["ended_on"]
        day.help_text = "可以是以后的日期；学时计入这一天所在的年度。"
        day.widget.attrs.pop("max")

    def clean(self) -> dict[str, Any]:
        """Work out the hours by the notice in force on the day, or by the newest for days to come."""
        data: dict[str, Any] = forms.Form.clean(self) or {}
        if all(field.name in data for field in self.amount_fields):
            try:
                _check_day(data["ended_on"])
                self.credit = credit(self.activity(), notice_on(data["ended_on"]))
            except RuleError as error:
                add_domain_error(self, InputError(error.code, str(error), error.field or "ended_on"))
        return data

    def activity(self) -> Activity:
        """The facts as `hours_rules` takes them."""
        given = {name: self.cleaned_data[name] for name in RULE_FACTS if name in self.cleaned_data}
        return Activity(self.rule.code, **given)


def _check_day(day: date) -> None:
    last = date(timezone.localdate().year + 1, 12, 31)
    if day > last:
        raise RuleError("too_far", f"最多试算到{last.year}年底。", "ended_on")
