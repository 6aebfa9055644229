"""Addresses of second looks, under registry:."""

from django.urls import path

from registry.views import look_acts, sample_rates, second_looks

urlpatterns = [
    path("", second_looks.look_list, name="look_list"),
    path("export/", second_looks.look_export, name="look_export"),
    path("rates/", sample_rates.sample_rates, name="sample_rates"),
    path("<int:pk>/look/", look_acts.look_opinion, name="look_opinion"),
    path("<int:pk>/decide/", look_acts.look_decision, name="look_decision"),
]
