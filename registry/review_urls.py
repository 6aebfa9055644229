"""Addresses of the review pages, under registry:."""

from django.urls import path

from registry.views import batch, group_review, handover, queue, review

urlpatterns = [
    path("", queue.review_queue, name="review_queue"),
    path("export/", queue.review_export, name="review_export"),
    path("batch/", batch.review_batch, name="review_batch"),
    path("groups/<int:pk>/", group_review.review_group, name="review_group"),
    path("groups/<int:pk>/decide/", group_review.review_group_decide, name="review_group_decide"),
    path("<int:pk>/", review.review_claim, name="review_claim"),
    path("<int:pk>/decide/", review.review_decide, name="review_decide"),
    path("<int:pk>/hand-over/", handover.review_hand_over, name="review_hand_over"),
    path("<int:pk>/reverse/", review.review_reverse, name="review_reverse"),
]
