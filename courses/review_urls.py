"""Addresses of the offices' review of class applications, under courses:."""

from django.urls import path

from courses.views import preview, register, review, review_queue

urlpatterns = [
    path("", review_queue.review_queue, name="review_queue"),
    path("export/", review_queue.review_export, name="review_export"),
    path("classes/", register.register, name="register"),
    path("classes/export/", register.register_export, name="register_export"),
    path("<int:pk>/", review.review_class, name="review_class"),
    path("<int:pk>/decide/", review.review_decide, name="review_decide"),
    path("<int:pk>/cancel/", review.review_cancel, name="review_cancel"),
    path("<int:pk>/files/<int:file_pk>/preview/", preview.file_preview, name="file_preview"),
    path("<int:pk>/files/<int:file_pk>/pages/<int:page>/", preview.file_page, name="file_page"),
    path("<int:pk>/files/<int:file_pk>/pages/<int:page>/images/<int:image>/", preview.file_page, name="file_image"),
]
