"""What a platform's columns mean: asked for once for a file, kept as a profile, mended or laid aside later."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import Conflict, InputError
from accounts.pages import page_for
from registry.commands.platforms.columns import KEYS, TITLES
from registry.commands.platforms.imports import columns_set
from registry.commands.platforms.profiles import profile_change, profile_use
from registry.forms.platforms import ProfileForm, initial_of_guess, initial_of_profile
from registry.models import ImportProfile
from registry.platform_states import IMPORT_MOVES, ImportState
from registry.queries import platforms
from registry.queries.notices import notice_on
from registry.queries.platforms import KEEP
from registry.views import platform_words as words
from registry.views.own import posted, user_of


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def platform_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which column of the file is which."""
    row = get_object_or_404(platforms.visible_to(user_of(request)), pk=pk)
    if ImportState.CHECKING not in IMPORT_MOVES[row.state]:
        return redirect("registry:platform_detail", pk)
    platform = words.platform_name(row.platform)
    initial = initial_of_profile(row.profile) if row.profile else initial_of_guess(row.guess, f"{platform}导出")
    form = ProfileForm(posted(request), names=_categories(), headings=row.headings or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            columns_set(actor=user_of(request), row=row, data=form.data_given())
        except InputError as error:
            form.refuse(error.field, error.message, error.code)
        except Conflict as error:
            messages.error(request, error.message)
            return redirect("registry:platform_detail", pk)
        else:
            return redirect("registry:platform_detail", pk)
    context = {"import": row, "platform": platform, "form": form}
    return render(request, "registry/platforms/columns.html", context, status=422 if form.errors else 200)


@page_for(KEEP)
@require_safe
def profile_list(request: HttpRequest) -> HttpResponse:
    """The profiles that were kept: few, so all on one page."""
    profiles = platforms.profiles_visible_to(user_of(request))
    lines = [
        {
            "profile": profile,
            "platform": words.platform_name(profile.platform),
            "columns": [(TITLES[key], profile.columns[key]) for key in KEYS if key in profile.columns],
        }
        for profile in profiles
    ]
    return render(request, "registry/platforms/profiles.html", {"lines": lines})


@page_for(KEEP)
@require_http_methods(["GET", "HEAD", "POST"])
def profile_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend a profile."""
    profile = _profile(request, pk)
    form = ProfileForm(posted(request), names=_categories(), initial=initial_of_profile(profile))
    if request.method == "POST" and form.is_valid():
        try:
            profile_change(actor=user_of(request), profile=profile, data=form.data_given())
        except InputError as error:
            form.refuse(error.field, error.message, error.code)
        else:
            messages.success(request, f"导入方案“{profile.name}”已保存。")
            return redirect("registry:platform_profiles")
    context = {"profile": profile, "platform": words.platform_name(profile.platform), "form": form}
    return render(request, "registry/platforms/profile.html", context, status=422 if form.errors else 200)


@page_for(KEEP)
@require_POST
def profile_using(request: HttpRequest, pk: int) -> HttpResponse:
    """Lay a profile aside or take it up again."""
    profile = _profile(request, pk)
    active = request.POST.get("active") == "1"
    profile_use(actor=user_of(request), profile=profile, active=active)
    messages.success(request, f"导入方案“{profile.name}”已{'启用' if active else '停用'}。")
    return redirect("registry:platform_profiles")


def _profile(request: HttpRequest, pk: int) -> ImportProfile:
    return get_object_or_404(platforms.profiles_visible_to(user_of(request)), pk=pk)


def _categories() -> dict[str, Any]:
    return {code: category.name for code, category in notice_on(timezone.localdate()).categories.items()}
