"""Addresses of the working days."""

from django.urls import path

from office.calendars import views

app_name = "calendars"
urlpatterns = [
    path("", views.year_list, name="list"),
    path("new/", views.year_new, name="new"),
    path("<int:year>/", views.year_detail, name="year"),
]
