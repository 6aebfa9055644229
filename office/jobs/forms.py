"""Filter of the list of jobs."""

from __future__ import annotations

from typing import Any

import django_filters

from accounts.lists import ListFilter
from office.jobs.models import Job
from office.jobs.registry import names
from office.jobs.states import JobState


class JobFilter(ListFilter):
    """By kind and state."""

    kind = django_filters.ChoiceFilter(label="任务", empty_label="全部任务")
    state = django_filters.ChoiceFilter(label="状态", choices=JobState.choices, empty_label="全部状态")

    class Meta:
        model = Job
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = list(names().items())
