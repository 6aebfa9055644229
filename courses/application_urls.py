"""Addresses of class applications (附件1) on the unit's side."""

from django.urls import path

from courses.views import application_check as check
from courses.views import application_files as files
from courses.views import application_parts as parts
from courses.views import application_rows as rows
from courses.views import applications

urlpatterns = [
    path("", applications.application_list, name="application_list"),
    path("export/", applications.application_export, name="application_export"),
    path("new/", applications.application_new, name="application_new"),
    path("<int:pk>/", applications.application_detail, name="application_detail"),
    path("<int:pk>/unit/", parts.application_unit, name="application_unit"),
    path("<int:pk>/class/", parts.application_class, name="application_class"),
    path("<int:pk>/lecturers/", rows.application_lecturers, name="application_lecturers"),
    path("<int:pk>/timetable/", rows.application_timetable, name="application_timetable"),
    path("<int:pk>/timetable/repeat/", rows.application_repeat, name="application_repeat"),
    path("<int:pk>/attachments/", files.application_attachments, name="application_attachments"),
    path("<int:pk>/attachments/<int:file_pk>/", files.application_file, name="application_file"),
    path("<int:pk>/attachments/<int:file_pk>/remove/", files.application_file_removal, name="application_file_remove"),
    path("<int:pk>/check/", check.application_check, name="application_check"),
    path("<int:pk>/submitted/", check.application_submitted, name="application_submitted"),
    path("<int:pk>/copy/", applications.application_again, name="application_copy"),
    path("<int:pk>/delete/", applications.application_removal, name="application_delete"),
]
