"""`/healthz`: the process answers. `/readyz`: its database answers too, by django-health-check."""

from __future__ import annotations

import asyncio

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from health_check.views import HealthCheckView


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process serves requests, whatever its services do."""
    return JsonResponse({"status": "ok"})


@method_decorator(login_not_required, name="dispatch")
class Ready(HealthCheckView):
    """200 when the database answers, else 503. Redis is not asked: the portal takes and keeps work without it."""

    checks = ("health_check.checks.Database",)
    http_method_names = ["get", "head"]

    async def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """A word and a status; what is wrong stands in the log, not in the open."""
        with self.get_executor() as executor:
            results = await asyncio.gather(*(check.get_result(executor) for check in self.get_checks()))
        ready = not any(result.error for result in results)
        return JsonResponse({"status": "ready" if ready else "unavailable"}, status=200 if ready else 503)
