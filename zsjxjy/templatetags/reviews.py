"""The state of one's own year, on pages of a room that knows nothing of reviews."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from compliance.models import AnnualReview
from compliance.states import ReviewState
from compliance.views.words import review_tag
from registry.models import Practitioner

register = template.Library()


@register.inclusion_tag("compliance/_own_review.html")
def own_review(practitioner: Practitioner, year: int) -> dict[str, Any]:
    """Whether the year is signed, by which office and when; a year that is not is 未审核. One query."""
    rows = AnnualReview.objects.select_related("region")
    review = rows.filter(practitioner=practitioner, year=year).first()
    state = review.state if review else ReviewState.OPEN
    return {"review": review, "tag": review_tag(state, changed=review.changed if review else False)}


@register.simple_tag
def reviews_of(lines: Iterable[dict[str, Any]], year: int) -> dict[int, dict[str, str]]:
    """Person → `state` and `label` of the review's tag, for the lines of a unit's list (`row`). One query."""
    people = [line["row"].practitioner_id for line in lines]
    rows = AnnualReview.objects.filter(practitioner__in=people, year=year)
    states = rows.values_list("practitioner", "state", "changed")
    found = {pk: review_tag(state, changed=changed) for pk, state, changed in states}
    return {pk: found.get(pk, review_tag(ReviewState.OPEN)) for pk in people}
