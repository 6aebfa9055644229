"""注册核对: the page of a sign-up that claims to be somebody a roster has brought in before.

It is the same whether name and phone are those on record or not, so that trying tells nothing.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import InputError, TooOften
from accounts.forms import add_domain_error
from accounts.whence import whence
from registry.commands.joining import join_code_confirm, join_code_send, join_withdraw
from registry.forms.links import CodeForm
from registry.models import JoinRequest
from registry.queries.links import join_of
from registry.states import JoinState
from registry.views.own import user_of


@require_safe
def join_page(request: HttpRequest) -> HttpResponse:
    """What is waited for, and the code that may shorten it."""
    return _page(request, _own(request), CodeForm())


@require_POST
def join_code(request: HttpRequest) -> HttpResponse:
    """Send a code to the phone of the account."""
    join = _own(request)
    try:
        join_code_send(actor=user_of(request), join=join, whence=whence(request))
    except (InputError, TooOften) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "验证码已发送，10分钟内有效。")
    return redirect("registry:join")


@require_POST
def join_confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the phone; joined at once when everything fits."""
    join, form = _own(request), CodeForm(request.POST)
    if form.is_valid():
        try:
            join = join_code_confirm(actor=user_of(request), join=join, code=form.cleaned_data["code"])
        except InputError as error:
            add_domain_error(form, error)
        else:
            if join.state == JoinState.JOINED:
                messages.success(request, "已核对本人，账号已与您的学时档案关联。")
                return redirect("home")
            messages.success(request, "手机号码已确认。其余信息由所在单位或属地住建部门核对。")
            return redirect("registry:join")
    return _page(request, join, form)


@require_POST
def join_take_back(request: HttpRequest) -> HttpResponse:
    """Take the sign-up back; the account is closed."""
    join_withdraw(actor=user_of(request), join=_own(request))
    logout(request)
    messages.success(request, "注册已撤回，账号已停用。可核对信息后重新注册。")
    return redirect("registry:sign_up")


def _own(request: HttpRequest) -> JoinRequest:
    join = join_of(user_of(request))
    if join is None:
        raise Http404
    return join


def _page(request: HttpRequest, join: JoinRequest, form: CodeForm) -> HttpResponse:
    context = {"join": join, "form": form, "phone": user_of(request).phone_masked}
    return render(request, "registry/join.html", context, status=422 if form.errors else 200)
