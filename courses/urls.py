"""Addresses of training classes and rosters."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from courses import attendance_urls, document_urls

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = [
    *attendance_urls.urlpatterns,
    *document_urls.urlpatterns,
]
