"""Addresses of training classes and rosters."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = []
