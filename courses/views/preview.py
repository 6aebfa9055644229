"""What goes with an application as pictures: pages drawn on the server, so that nothing of it runs in a browser."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE
from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.errors import InputError
from courses.models import Attachment
from courses.queries.applications import attachments_visible_to
from courses.queries.review import queue
from courses.views.application_words import file_meta
from office.files.kinds import OFD
from office.files.opening import check, page_text, picture
from registry.views.attachments import content
from registry.views.own import user_of
from registry.views.preview import WIDTHS


@require_safe
def file_preview(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """One page of a file (`?page=`): a picture, or an OFD's words and pictures; a part of a page when htmx asks."""
    row = _row(request, pk, file_pk)
    number = _whole(request.GET.get("page", ""))
    pages = _pages(row)
    if number > pages:
        raise Http404
    item = previewed(row, page=number, pages=pages)
    if row.media_type == OFD:
        item |= _words(row, number)
    if request.htmx:  # type: ignore[attr-defined]  # django-htmx's middleware
        return render(request, "registry/evidence/_preview.html", {"item": item})
    reviews = queue(user_of(request)).filter(pk=pk).exists()
    back = reverse("courses:review_class" if reviews else "courses:application_detail", args=[pk])
    return render(request, "courses/review/preview.html", {"application": row.application, "item": item, "back": back})


@csp({"default-src": [NONE], "sandbox": [""]})  # type: ignore[arg-type]  # its type forgets the arguments of a view
@require_safe
def file_page(request: HttpRequest, pk: int, file_pk: int, page: int, image: int = 0) -> HttpResponse:
    """A page as a JPEG drawn here (`?size=`); of an OFD one of its pictures. 404 when it cannot be drawn."""
    row = _row(request, pk, file_pk)
    width = WIDTHS.get(request.GET.get("size", ""), WIDTHS["middle"])
    try:
        drawn = picture(content(row), page=page, width=width, image=image)
    except InputError as error:
        raise Http404(error.message) from error
    response = HttpResponse(drawn, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


def previewed(file: Attachment, *, page: int = 1, pages: int | None = None) -> dict[str, Any]:
    """A file's item for the templates of a preview, standing at one page; how many there are is counted once asked."""
    args = [file.application_id, file.pk]
    address = reverse("courses:file_preview", args=args)
    one_page = file.media_type.startswith("image/")
    return {
        "pk": file.pk,
        "name": file.name,
        "kind": file.get_kind_display(),
        "meta": file_meta(file),
        "url": reverse("courses:application_file", args=args),
        "preview_url": address,
        "sha256": bytes(file.sha256).hex(),
        "page": page,
        "pages": 1 if one_page else pages,
        "as_text": file.media_type == OFD,
        "picture_url": reverse("courses:file_page", args=[*args, page]),
        "before_url": f"{address}?page={page - 1}" if page > 1 else "",
        "after_url": f"{address}?page={page + 1}" if not one_page and (pages is None or page < pages) else "",
    }


def _words(row: Attachment, page: int) -> dict[str, Any]:
    """An OFD's words, and the addresses of its pictures; what could not be read is said in place of them."""
    try:
        found = page_text(content(row), page=page)
    except InputError as error:
        return {"problem": error.message}
    args = [row.application_id, row.pk, page]
    urls = [reverse("courses:file_image", args=[*args, number + 1]) for number in range(found.images)]
    return {"lines": found.lines, "image_urls": urls}


def _pages(row: Attachment) -> int:
    try:
        return check(content(row)).pages
    except InputError:
        return 1


def _row(request: HttpRequest, pk: int, file_pk: int) -> Attachment:
    seen = attachments_visible_to(user_of(request)).select_related("application")
    return get_object_or_404(seen, pk=file_pk, application_id=pk)


def _whole(text: str) -> int:
    """A page's number as an address says it; the first page for anything else."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) else 1
