"""A unit's invitation as the invited person meets it.

The link's secret goes into the session at once and out of the address. The pages name the unit and nothing of the
person: not the name, not the phone, not whether there is an account.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.whence import whence
from registry.commands import invited
from registry.forms.invited import InvitedSignUpForm
from registry.forms.links import CodeForm
from registry.models import Invitation, UnitLink
from registry.queries.invitations import opened_by, token_hash_of
from registry.queries.links import open_links
from registry.queries.people import practitioner_of
from registry.states import UnitLinkState
from registry.views.own import own_record, posted, user_of
from registry.views.sign_up import BACKEND

OPENED, PROOF = "invitation", "invitation_proof"


@login_not_required
@never_cache
@require_safe
def invitation_open(request: HttpRequest, token: str) -> HttpResponse:
    """The link: remembered for this browser, and on to the page. A link that works no more says what to do."""
    if invited.invitation_open(token=token, whence=whence(request)) is None:
        return _gone(request)
    request.session[OPENED] = token_hash_of(token).hex()
    request.session.pop(PROOF, None)
    return redirect("registry:invitation")


@login_not_required
@never_cache
@require_safe
def invitation_page(request: HttpRequest) -> HttpResponse:
    """Who invites, the code for the phone, and the way on: sign up, sign in, or accept."""
    invitation = _opened(request)
    return _gone(request) if invitation is None else _page(request, invitation, CodeForm())


@login_not_required
@require_POST
def invitation_code(request: HttpRequest) -> HttpResponse:
    """Send a code to the invited phone."""
    invitation = _opened(request)
    if invitation is None:
        return _gone(request)
    try:
        invited.invitation_code_send(invitation=invitation, whence=whence(request))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "验证码已发送到单位登记的您的手机号码，10分钟内有效。")
    return redirect("registry:invitation")


@login_not_required
@require_POST
def invitation_confirm(request: HttpRequest) -> HttpResponse:
    """The code given back."""
    invitation, form = _opened(request), CodeForm(request.POST)
    if invitation is None:
        return _gone(request)
    if form.is_valid():
        try:
            proof = invited.invitation_code_confirm(invitation=invitation, code=form.cleaned_data["code"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            request.session[PROOF] = proof
            messages.success(request, "手机号码已确认。")
            return redirect("registry:invitation")
    return _page(request, invitation, form)


@require_POST
def invitation_acceptance(request: HttpRequest) -> HttpResponse:
    """Accept as who is signed in."""
    person, invitation = own_record(request), _opened(request)
    if invitation is None:
        return _gone(request)
    proof = request.session.get(PROOF, "")
    link = invited.invitation_accept(actor=user_of(request), practitioner=person, invitation=invitation, proof=proof)
    _forget(request)
    _say(request, link)
    return redirect("registry:own_unit")


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_sign_up(request: HttpRequest) -> HttpResponse:
    """Sign up into the inviting unit; on success one is signed in."""
    if request.user.is_authenticated:
        return redirect("registry:invitation")
    invitation = _opened(request)
    if invitation is None:
        return _gone(request)
    proof = request.session.get(PROOF, "")
    form = InvitedSignUpForm(posted(request), unit=invitation.organisation, phone_known=bool(proof))
    if request.method == "POST" and form.is_valid() and _signed_up(request, form, invitation, proof):
        return redirect("home")
    context = {"form": form, "invitation": invitation, "proven": bool(proof)}
    return render(request, "registry/sign_up.html", context, status=422 if form.errors else 200)


def _signed_up(request: HttpRequest, form: InvitedSignUpForm, invitation: Invitation, proof: str) -> bool:
    data = form.cleaned_data
    try:
        user, join = invited.invited_sign_up(
            invitation=invitation,
            person=form.person(),
            username=data["username"],
            password=data["password1"],
            email=data["email"],
            proof=proof,
        )
    except DomainError as error:
        add_domain_error(form, error)
        return False
    _forget(request)
    login(request, user, backend=BACKEND)
    person = practitioner_of(user)
    if join is not None or person is None:
        messages.success(request, "注册信息已提交，已为您登录。核对本人后即可申报学时。")
    else:
        messages.success(request, "注册成功，已为您登录。")
        links = open_links(person)
        _say(request, links.get(UnitLinkState.CONFIRMED) or links[UnitLinkState.PENDING])
    if not form.county_known:
        messages.warning(request, "您的身份证号校验无误，但前6位地区代码不在现行代码表内，请再核对一次。")
    return True


def _opened(request: HttpRequest) -> Invitation | None:
    """The invitation this browser opened, as long as it works."""
    kept = request.session.get(OPENED, "")
    return opened_by(bytes.fromhex(kept)) if kept else None


def _page(request: HttpRequest, invitation: Invitation, form: CodeForm) -> HttpResponse:
    person = practitioner_of(user_of(request)) if request.user.is_authenticated else None
    confirmed = open_links(person).get(UnitLinkState.CONFIRMED) if person is not None else None
    context = {
        "invitation": invitation,
        "unit": invitation.organisation,
        "form": form,
        "proven": bool(request.session.get(PROOF)),
        "sms": bool(settings.SMS_BACKEND),
        "person": person,
        "there": confirmed is not None and confirmed.organisation_id == invitation.organisation_id,
        "leaves": confirmed,
    }
    return render(request, "registry/invitation.html", context, status=422 if form.errors else 200)


def _gone(request: HttpRequest) -> HttpResponse:
    _forget(request)
    return render(request, "registry/invitation_gone.html", status=404)


def _forget(request: HttpRequest) -> None:
    for key in (OPENED, PROOF):
        request.session.pop(key, None)


def _say(request: HttpRequest, link: UnitLink) -> None:
    name = link.organisation.name
    if link.state == UnitLinkState.CONFIRMED:
        messages.success(request, f"您已是“{name}”的在册人员。")
    else:
        messages.info(request, f"已申请加入“{name}”。姓名或手机号码与单位登记的不完全一致，由单位或属地住建部门确认。")
