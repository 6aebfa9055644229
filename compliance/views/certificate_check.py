"""The public check of a certificate: no sign-in, every certified value, the name only compared.

A bare "valid" would let an edited PDF pass: whoever checks compares the values shown here with those on the paper.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.whence import whence
from compliance.commands.certificate_checks import looked_up, name_compared
from compliance.forms.certificates import CheckForm, NameForm
from compliance.models import Certificate
from compliance.queries.certificates import with_code
from compliance.queries.certified import masked_name, same_name
from compliance.states import CertificateState
from compliance.views.certificates import shown_years
from registry.views.own import posted

SAYS = {
    CertificateState.VALID: "本证明有效。请逐项核对网页与证明文件上的内容，不一致的以网页为准。",
    CertificateState.SUPERSEDED: "本证明已被新证明替代，不应再使用。",
    CertificateState.REVOKED: "本证明已撤销，不能作为学时证明使用。",
}
UNKNOWN = "没有这份证明：证明编号或核验码有误，或文件不是本平台签发的。"
View = Callable[..., HttpResponse]


def unlisted(view: View) -> View:
    """A page that no search engine keeps."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return answered


@login_not_required
@unlisted
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Number and code typed in; leads to the certificate, or says that there is none."""
    form = CheckForm(posted(request))
    if request.method == "POST" and form.is_valid():
        looked_up(whence=whence(request))
        found = with_code(form.cleaned_data["code"])
        if found is not None and found.number == form.cleaned_data["number"].strip().upper():
            return redirect("certificates:public", found.code)
        form.add_error(None, UNKNOWN)
    return render(request, "compliance/certificates/check.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@unlisted
@never_cache
@sensitive_post_parameters("name")
@require_http_methods(["GET", "HEAD", "POST"])
def public(request: HttpRequest, code: str) -> HttpResponse:
    """Every certified value of the code's certificate; 一致 or 不一致 to a full name."""
    looked_up(whence=whence(request))
    found = with_code(code)
    if found is None:
        return render(request, "compliance/certificates/unknown.html", {"message": UNKNOWN}, status=404)
    form, verdict = NameForm(posted(request)), None
    if request.method == "POST" and form.is_valid():
        name_compared(whence=whence(request), certificate=found)
        verdict = same_name(form.cleaned_data["name"], found.content["person"]["name"])
        form = NameForm()
    context = {
        "certificate": found,
        "state_says": SAYS[CertificateState(found.state)],
        "masked": masked_name(found.content["person"]["name"]),
        "years": shown_years(found),
        "form": form,
        "verdict": verdict,
        "now": timezone.now(),
    }
    return render(request, "compliance/certificates/public.html", context, status=422 if form.errors else 200)


@login_not_required
@unlisted
@never_cache
@require_safe
def public_json(request: HttpRequest, code: str) -> HttpResponse:
    """The same for programs."""
    looked_up(whence=whence(request))
    found = with_code(code)
    if found is None:
        return _json({"state": "unknown", "message": UNKNOWN}, status=404)
    return _json(_public_data(found))


def _public_data(found: Certificate) -> dict[str, Any]:
    person = {**found.content["person"], "name": masked_name(found.content["person"]["name"])}
    del person["id"]
    newer = found.superseded_by
    return {
        "number": found.number,
        "state": found.state,
        "state_name": found.get_state_display(),
        "message": SAYS[CertificateState(found.state)],
        "reason": found.reason,
        "state_at": timezone.localtime(found.state_at).isoformat(),
        "issued_at": timezone.localtime(found.issued_at).isoformat(),
        "superseded_by": newer.number if newer else None,
        "office": found.region.office_name,
        "sha256": found.sha256_hex,
        "person": person,
        "years": found.content["years"],
    }


def _json(data: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})
