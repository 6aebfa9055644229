"""Every address of the portal. A route without a row in tests/access fails the suite."""

from django.urls import include, path

from zsjxjy import health, home, hub, pages

handler400 = "zsjxjy.problems.bad_request"
handler403 = "zsjxjy.problems.forbidden"
handler404 = "zsjxjy.problems.not_found"
handler500 = "zsjxjy.problems.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    path("standards/", pages.standards, name="standards"),
    path("settings/", hub.office_settings, name="office_settings"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.Ready.as_view(), name="readyz"),
    path("accounts/", include("accounts.urls")),
    path("jobs/", include("office.jobs.urls")),
    path("calendar/", include("office.calendars.urls")),
    path("audit/", include("office.audit.urls")),
    path("messages/", include("office.messages.urls")),
    path("units/", include("units.urls")),
    path("classes/", include("courses.urls")),
    path("compliance/", include("compliance.urls")),
    path("", include("compliance.certificate_urls")),
    path("", include("registry.urls")),
]
