"""Addresses of training classes and rosters."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from courses import document_urls

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = [
    *document_urls.urlpatterns,
]
