"""Addresses of attendance on the spot: the unit's pages, the screen, and the trainee's phone."""

from django.urls import path

from courses.views import attendance, check_in

urlpatterns = [
    path("check-in/<int:pk>/", check_in.check_in_confirm, name="check_in_confirm"),
    path("check-in/<int:pk>/<slug:code>/", check_in.check_in, name="check_in"),
    path("<int:pk>/attendance/", attendance.attendance, name="attendance"),
    path("<int:pk>/attendance/export/", attendance.attendance_export, name="attendance_export"),
    path("<int:pk>/attendance/roster/", attendance.attendance_roster, name="attendance_roster"),
    path("<int:pk>/attendance/start/", attendance.check_in_start, name="check_in_start"),
    path("<int:pk>/attendance/<int:check_in_pk>/", attendance.check_in_screen, name="check_in_screen"),
    path("<int:pk>/attendance/<int:check_in_pk>/code/", attendance.check_in_code, name="check_in_code"),
    path("<int:pk>/attendance/<int:check_in_pk>/end/", attendance.check_in_end, name="check_in_end"),
    path(
        "<int:pk>/attendance/records/<int:attendance_pk>/delete/",
        attendance.attendance_delete,
        name="attendance_delete",
    ),
]
