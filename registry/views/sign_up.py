"""Self-registration: the form, the units that fit what is being typed, and the first sign-in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import DomainError
from accounts.forms import add_domain_error
from accounts.models import User
from registry.commands.joining import sign_up as sign_up_command
from registry.forms.sign_up import SignUpForm
from registry.models import JoinRequest
from registry.queries.people import practitioner_of, units_like
from registry.views.own import posted

UNITS_OFFERED = 50
BACKEND = "accounts.backends.PhoneOrUsernameBackend"


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Register oneself; on success one is signed in."""
    if request.user.is_authenticated:
        return redirect("home")
    form = SignUpForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            user, join = sign_up_command(
                person=form.person(),
                username=form.cleaned_data["username"],
                password=form.cleaned_data["password1"],
                email=form.cleaned_data["email"],
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            login(request, user, backend=BACKEND)
            _welcome(request, user, join, county_known=form.county_known)
            return redirect("home" if join is None else "registry:join")
    context = {"form": form, "units": units_like("", limit=UNITS_OFFERED)}
    return render(request, "registry/sign_up.html", context, status=422 if form.errors else 200)


@login_not_required
@require_safe
def sign_up_units(request: HttpRequest) -> HttpResponse:
    """Options of the unit input for what is typed so far (htmx)."""
    units = units_like(request.GET.get("organisation", "").replace("\x00", "")[:100], limit=UNITS_OFFERED)
    return render(request, "registry/_unit_options.html", {"units": units})


def _welcome(request: HttpRequest, user: User, join: JoinRequest | None, *, county_known: bool) -> None:
    text = "注册成功，已为您登录。"
    person = practitioner_of(user)
    if join is not None:
        text = "注册信息已提交，已为您登录。核对本人后即可申报学时。"
    elif person is not None and person.organisation is not None:
        text += f"您与“{person.organisation.name}”的关系待确认，确认前也可以申报学时。"
    messages.success(request, text)
    if not county_known:
        messages.warning(request, "您的身份证号校验无误，但前6位地区代码不在现行代码表内，请再核对一次。")
