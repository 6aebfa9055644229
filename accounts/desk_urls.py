"""Addresses of the system administrator's desk, under accounts:."""

from django.urls import path

from accounts import desk, desk_city

urlpatterns = [
    path("", desk.account_list, name="desk"),
    path("new/", desk.account_new, name="desk_new"),
    path("<int:pk>/", desk.account_page, name="desk_account"),
    path("<int:pk>/edit/", desk.account_edit, name="desk_edit"),
    path("<int:pk>/link/", desk.account_link, name="desk_link"),
    path("<int:pk>/close/", desk.account_close, name="desk_close"),
    path("<int:pk>/two-step/", desk.account_two_step, name="desk_two_step"),
    path("<int:pk>/sign-out/", desk.account_sign_out, name="desk_sign_out"),
    path("<int:pk>/appoint/", desk.appointment_new, name="desk_appoint"),
    path("appointments/<int:pk>/end/", desk.appointment_finish, name="desk_appointment_end"),
    path("appointments/<int:pk>/office/", desk_city.appointment_office, name="desk_appointment_office"),
    path("appointments/<int:pk>/hand-over/", desk.appointment_pass_on, name="desk_hand_over"),
]
