"""Addresses of the messages room."""

from django.urls import path

from office.messages import views

app_name = "messages"
urlpatterns = [
    path("", views.message_list, name="list"),
    path("read/", views.all_read, name="all_read"),
    path("settings/", views.preferences, name="settings"),
    path("<int:pk>/", views.message_open, name="open"),
    path("<int:pk>/read/", views.one_read, name="read"),
]
