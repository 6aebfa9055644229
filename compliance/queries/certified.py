"""What a certificate certifies, as plain data: frozen when it is issued, printed, put inside the PDF, shown in public.

Hours are texts ("7.5") and days ISO dates, so that the same content has the same fingerprint wherever it is worked out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.personal import hide_personal
from compliance.models import AnnualReview
from registry.models import HourEntry, Practitioner
from registry.queries.years import Year, activity_codes, names_of, year_of

MASK = "＊"
_DOTS = str.maketrans(dict.fromkeys("•・‧∙●.．", "·"))


def content_of(practitioner: Practitioner, reviews: Iterable[AnnualReview]) -> dict[str, Any]:
    """Everything that is certified of these years (passed reviews, by year), and of the person as they are now."""
    years = [_year(year_of(practitioner, review.year), review) for review in reviews]
    return {"person": person_of(practitioner), "years": years}


def person_of(practitioner: Practitioner) -> dict[str, str]:
    """The person as documents name them: the ID number masked."""
    return {
        "name": practitioner.name,
        "id": practitioner.id_masked,
        "unit": practitioner.unit_name,
        "specialty": practitioner.specialty_name,
        "title": practitioner.title,
        "level": practitioner.get_title_level_display(),
    }


def year_content(shown: Year) -> dict[str, Any]:
    """One year's lines, figures and caps; reversed lines and what reversed them stay away: they add up to nothing."""
    notice, composition = shown.notice, shown.composition
    standing = [entry for entry in shown.entries if not _undone(entry)]
    return {
        "year": shown.year,
        "notice": {"id": notice.id, "title": notice.title, "clause": notice.minimums_clause},
        "meets": composition.meets,
        "figures": [
            {
                "code": code,
                "name": name,
                "recorded": figure(composition.recorded[code]),
                "counted": figure(composition.counted[code]),
                "minimum": figure(composition.minimums[code]),
                "of_notice": figure(notice.minimums[code]),
            }
            for code, name in names_of(notice).items()
        ],
        # Why somebody's minimums are other ones may be an illness: the authority is told, the reason is not.
        "adjusted": shown.adjustment.authority if shown.adjustment else "",
        "caps": [
            {
                "name": notice.activities[cap.code].name,
                "clause": cap.clause,
                "recorded": figure(cap.recorded),
                "counted": figure(cap.counted),
            }
            for cap in composition.caps
        ],
        "lines": [_line(entry, shown) for entry in sorted(standing, key=_order)],
    }


def digest(content: dict[str, Any]) -> bytes:
    """SHA-256 of the content: the same for the same, whatever order it was put together in."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).digest()


def masked_name(name: str) -> str:
    """The first character and nothing else: 张＊＊."""
    return name[:1] + MASK * max(len(name) - 1, 1)


def same_name(typed: str, name: str) -> bool:
    """Whether a typed name is this one, whatever spaces and whichever middle dot it is written with."""
    return _plain_name(typed) == _plain_name(name)


def figure(hours: Decimal) -> str:
    """Hours as they are printed: 16, 7.5."""
    return f"{hours.normalize():f}"


def _plain_name(name: str) -> str:
    return "".join(name.split()).translate(_DOTS).casefold()


def _year(shown: Year, review: AnnualReview) -> dict[str, Any]:
    decided = review.decided_at
    return {
        **year_content(shown),
        "office": review.region.office_name,
        "unit": review.organisation.name if review.organisation else "",
        "passed_on": timezone.localtime(decided).date().isoformat() if decided else "",
    }


def _line(entry: HourEntry, shown: Year) -> dict[str, str]:
    rule = shown.notice.activities[activity_codes(shown.notice)[entry.activity]]
    return {
        "on": str(entry.facts.get("ended_on", "")),
        "activity": rule.name,
        "title": hide_personal(str(entry.facts.get("title", ""))),
        "category": shown.notice.categories[rule.category].name,
        "clause": entry.clause,
        "hours": figure(entry.hours),
        "source": str(entry.facts.get("number", "")),
    }


def _undone(entry: HourEntry) -> bool:
    return entry.reverses_id is not None or hasattr(entry, "reversed_by")


def _order(entry: HourEntry) -> tuple[int, str, int]:
    return (entry.category, str(entry.facts.get("ended_on", "")), entry.pk)
