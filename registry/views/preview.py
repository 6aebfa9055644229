"""Proofs as pictures: pages drawn on the server, so that nothing of a handed-in file runs in anybody's browser."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE
from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.errors import InputError
from office.files.kinds import OFD
from office.files.opening import check, page_text, picture
from registry.models import Claim, Evidence
from registry.queries.claims import evidence_visible_to
from registry.views import words
from registry.views.attachments import content
from registry.views.own import user_of

WIDTHS = {"small": 160, "middle": 1000, "large": 2000}  # pixels across: beside a file's name, beside the facts, to read


@require_safe
def evidence_preview(request: HttpRequest, pk: int, evidence_pk: int) -> HttpResponse:
    """One page of a file (`?page=`): as a picture, or an OFD's words and pictures; a part of a page when htmx asks."""
    row, claim = _row(request, pk, evidence_pk)
    number = _whole(request.GET.get("page", ""))
    if row.pages is None:
        row.pages = _pages(row)
    if number > row.pages:
        raise Http404
    item = previewed(claim, row, page=number)
    if row.media_type == OFD:
        item |= _words(row, number)
    template = "_preview" if request.htmx else "preview"  # type: ignore[attr-defined]  # django-htmx's middleware
    context = {"claim": claim, "item": item, "own": claim.practitioner.user_id == user_of(request).pk}
    return render(request, f"registry/evidence/{template}.html", context)


@csp({"default-src": [NONE], "sandbox": [""]})  # type: ignore[arg-type]  # its type forgets the arguments of a view
@require_safe
def evidence_page(request: HttpRequest, pk: int, evidence_pk: int, page: int, image: int = 0) -> HttpResponse:
    """A page as a JPEG drawn here (`?size=`); of an OFD one of its pictures. 404 when it cannot be drawn."""
    row, _ = _row(request, pk, evidence_pk)
    width = WIDTHS.get(request.GET.get("size", ""), WIDTHS["middle"])
    try:
        drawn = picture(content(row), page=page, width=width, image=image)
    except InputError as error:
        raise Http404(error.message) from error
    response = HttpResponse(drawn, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


def previewed(claim: Claim, file: Evidence, *, page: int = 1) -> dict[str, Any]:
    """A file's item for the templates of its preview, standing at one page."""
    address = reverse("registry:evidence_preview", args=[claim.pk, file.pk])
    picture_url = reverse("registry:evidence_page", args=[claim.pk, file.pk, page])
    return {
        **words.file_item(claim, file),
        "sha256": file.sha256_hex,
        "page": page,
        "pages": file.pages,
        "as_text": file.media_type == OFD,
        "picture_url": picture_url,
        "before_url": f"{address}?page={page - 1}" if page > 1 else "",
        "after_url": f"{address}?page={page + 1}" if file.pages is None or page < file.pages else "",
    }


def _words(row: Evidence, page: int) -> dict[str, Any]:
    """An OFD's words, and the addresses of its pictures; what could not be read is said in place of them."""
    try:
        found = page_text(content(row), page=page)
    except InputError as error:
        return {"problem": error.message}
    urls = [
        reverse("registry:evidence_image", args=[row.claim_id, row.pk, page, number + 1])
        for number in range(found.images)
    ]
    return {"lines": found.lines, "image_urls": urls}


def _pages(row: Evidence) -> int:
    """Of a file from before pages were counted."""
    try:
        return check(content(row)).pages
    except InputError:
        return 1


def _row(request: HttpRequest, pk: int, evidence_pk: int) -> tuple[Evidence, Claim]:
    seen = evidence_visible_to(user_of(request)).select_related("claim__practitioner")
    row = get_object_or_404(seen, pk=evidence_pk, claim_id=pk)
    if row.claim is None:  # an envelope's file, which no claim's address finds
        raise Http404
    return row, row.claim


def _whole(text: str) -> int:
    """A page's number as an address says it; the first page for anything else."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) else 1
