"""Addresses of training classes and rosters."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from courses import application_urls, attendance_urls, document_urls, public_urls, review_urls, roster_urls

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = [
    path("applications/", include(application_urls.urlpatterns)),
    path("review/", include(review_urls.urlpatterns)),
    *attendance_urls.urlpatterns,
    *document_urls.urlpatterns,
    *roster_urls.urlpatterns,
    *public_urls.urlpatterns,
]
