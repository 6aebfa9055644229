"""The portal's addresses, and two views that fail with a person's numbers in their hands."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from zsjxjy.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@csrf_exempt
@login_not_required
def holding(request: HttpRequest) -> HttpResponse:
    """Fails with what was sent in its local variables, and in the request."""
    id_number, phone, password = (request.POST[name] for name in ("id_number", "phone", "password"))
    raise ZeroDivisionError(f"{len(id_number)} {len(phone)} {len(password)}")


@csrf_exempt
@login_not_required
def saying(request: HttpRequest) -> HttpResponse:
    """Fails with what was sent in the message, as a database or a library may."""
    raise LookupError(f"no row with id_number={request.POST['id_number']}, phone ({request.POST['phone']})")


urlpatterns = [*urlpatterns, path("failing/holding/", holding), path("failing/saying/", saying)]
