"""Addresses of the two forms as files."""

from __future__ import annotations

from django.urls import path

from courses.views import documents

urlpatterns = [
    path("applications/<int:pk>/form.pdf", documents.application_pdf, name="application_pdf"),
    path("applications/<int:pk>/form.xlsx", documents.application_xlsx, name="application_xlsx"),
    path("<int:pk>/roster-template.xlsx", documents.roster_to_fill_in, name="roster_template"),
    path("rosters/<int:pk>/roster.xlsx", documents.roster_xlsx, name="roster_xlsx"),
    path("rosters/<int:pk>/roster.pdf", documents.roster_pdf, name="roster_pdf"),
]
