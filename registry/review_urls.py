"""Addresses of the review pages, under registry:."""

from django.urls import path

from registry.views import review

urlpatterns = [
    path("", review.review_queue, name="review_queue"),
    path("<int:pk>/", review.review_claim, name="review_claim"),
    path("<int:pk>/decide/", review.review_decide, name="review_decide"),
    path("<int:pk>/reverse/", review.review_reverse, name="review_reverse"),
]
