"""Each morning, what fell open since the last time: one message to each office, not one for each person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import Region
from compliance.models import AnnualReview
from compliance.queries.reviews import CHANGED
from office.messages.commands import send
from registry.queries.second_looks import others_who_review

KIND = "review_digest"


@transaction.atomic
def review_digest(*, since: datetime, key: str) -> int:
    """Tell the offices whose signed years fell open after `since`; how many messages. The same `key` tells once."""
    new = Count("pk", filter=Q(state_at__gt=since))
    open_again = AnnualReview.objects.filter(changed=True).values("year", "region")
    regions = Region.objects.in_bulk()
    sent = 0
    for row in open_again.annotate(all=Count("pk"), new=new).filter(new__gt=0).order_by("year", "region"):
        region, year = regions[row["region"]], row["year"]
        link = f"{reverse('compliance:annual_list')}?year={year}&review={CHANGED}"
        told = {"year": year, "region": region.name, "new": row["new"], "all": row["all"]}
        for user in others_who_review(region, []):
            send(to=user, kind="review.digest", key=f"{key}:{year}:{region.pk}", link=link, **told)
            sent += 1
    return sent
