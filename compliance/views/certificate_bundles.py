"""A unit's certificates together: asked for, followed as a job, taken as one zip."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Conflict, InputError
from accounts.forms import add_domain_error
from accounts.guard import may
from accounts.keyset import PAGE_SIZE, page_of
from accounts.lists import address
from accounts.models import Role
from accounts.pages import page_for
from accounts.queries import organisations_run
from compliance.commands.certificate_bundles import bundle_request
from compliance.commands.certificate_files import bundle_taken
from compliance.forms.certificates import BundleForm
from compliance.queries import certificates as queries
from compliance.views.certificates import attachment
from registry.views.own import posted, user_of

ORDER = ("-requested_at", "-id")


@page_for("compliance.certificate_bundles")
@require_http_methods(["GET", "HEAD", "POST"])
def bundles(request: HttpRequest) -> HttpResponse:
    """Earlier zips, and the form for a new one, which leads to the job's progress."""
    user = user_of(request)
    units = queries.units_of(user)
    office = may(user, "compliance.annual_list")
    own = [] if office else list(units.filter(pk__in=organisations_run(user, Role.EMPLOYER_ADMIN)))
    first = {"token": uuid4(), "year": timezone.localdate().year - 1}
    form = BundleForm(posted(request), initial=first, units=units, own=own)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            job = bundle_request(actor=user, organisation=data["unit"], year=data["year"], token=data["token"])
        except (Conflict, InputError) as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "已开始签发，完成后可在本页或任务页下载压缩包。")
            return redirect("jobs:detail", job.pk)
    page = page_of(
        queries.bundles_visible_to(user),
        ORDER,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "form": form,
        "bundles": page.rows,
        "newer_url": page.newer and address("", f"before={page.newer}"),
        "older_url": page.older and address("", f"after={page.older}"),
        "page_note": f"每页{PAGE_SIZE}项",
    }
    return render(request, "compliance/certificates/bundles.html", context, status=422 if form.errors else 200)


@page_for("compliance.certificate_bundles")
@require_safe
def bundle_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The zip, while it is kept; leaves an audit row."""
    user = user_of(request)
    found = get_object_or_404(queries.bundles_visible_to(user), pk=pk)
    if not found.file or (found.expires_at and found.expires_at <= timezone.now()):
        raise Http404
    if request.method == "GET":
        bundle_taken(actor=user, bundle=found)
    name = f"学时证明-{found.organisation.name}-{found.year}年度.zip"
    return attachment(found.file, name, "application/zip")
