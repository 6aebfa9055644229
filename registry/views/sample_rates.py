"""How many accepted claims of each region are looked at once more, as the city office sets it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.errors import InputError
from accounts.forms import add_domain_error
from accounts.models import Region
from accounts.pages import page_for
from registry.commands.sampling import rates_set
from registry.forms.second_looks import RatesForm
from registry.queries.second_looks import rates
from registry.views.own import posted, user_of


@page_for("registry.samples_keep")
@require_http_methods(["GET", "HEAD", "POST"])
def sample_rates(request: HttpRequest) -> HttpResponse:
    """The rate of each region; every change leaves a record."""
    regions = list(Region.objects.all())
    standing = rates(regions)
    initial = {f"percent_{region.code}": percent for region, percent in standing.items()}
    form = RatesForm(posted(request), regions=regions, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            changed = rates_set(actor=user_of(request), percents=form.percents(), reason=form.cleaned_data["reason"])
        except InputError as error:
            add_domain_error(form, error)
        else:
            names = "、".join(row.region.name for row in changed)
            messages.success(request, f"抽查比例已设定：{names}。" if changed else "抽查比例没有变化。")
            return redirect("registry:sample_rates")
    return render(request, "registry/second_looks/rates.html", {"form": form}, status=422 if form.errors else 200)
