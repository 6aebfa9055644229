"""Addresses of the compliance room."""

from django.urls import path

from compliance.views import standings as views

app_name = "compliance"
urlpatterns = [
    path("standings/", views.annual_list, name="annual_list"),
    path("standings/export/", views.annual_export, name="annual_export"),
    path("standings/<int:practitioner_pk>/<int:year>/", views.person_year, name="person_year"),
    path("annual-check/", views.annual_check, name="annual_check"),
]
