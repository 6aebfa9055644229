"""Addresses of the public list of classes, and of one class for those who are concerned, under courses:."""

from django.urls import path

from courses.views import public, register, why

urlpatterns = [
    path("", public.class_list, name="class_list"),
    path("export/", public.class_export, name="class_export"),
    path("<int:pk>/", public.class_public, name="class_public"),
    path("<int:pk>/why/", why.class_why, name="class_why"),
    path("<int:pk>/manage/", register.class_page, name="class_page"),
]
