"""Addresses of the years' settings, under registry:."""

from django.urls import path

from registry.views import adjustments, windows, yearly

urlpatterns = [
    path("", yearly.yearly_now, name="yearly_now"),
    path("adjustments/", adjustments.adjustment_list, name="adjustment_list"),
    path("adjustments/export/", adjustments.adjustment_export, name="adjustment_export"),
    path("adjustments/new/", adjustments.adjustment_new, name="adjustment_new"),
    path("adjustments/<int:pk>/", adjustments.adjustment, name="adjustment"),
    path("adjustments/<int:pk>/act/", adjustments.adjustment_act, name="adjustment_act"),
    path("<int:year>/", yearly.yearly, name="yearly"),
    path("<int:year>/courses/new/", yearly.course_new, name="course_new"),
    path("<int:year>/courses/copy/", yearly.course_copy, name="course_copy"),
    path("<int:year>/courses/<int:pk>/", yearly.course_edit, name="course_edit"),
    path("<int:year>/reopenings/", windows.reopening_list, name="reopening_list"),
    path("<int:year>/reopenings/export/", windows.reopening_export, name="reopening_export"),
    path("<int:year>/reopenings/new/", windows.reopening_new, name="reopening_new"),
    path("<int:year>/reopenings/<int:pk>/close/", windows.reopening_close, name="reopening_close"),
]
