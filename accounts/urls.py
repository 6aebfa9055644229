"""Addresses of the accounts room."""

from django.urls import include, path

from accounts import desk_urls, offices, own_sessions, two_step, views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="sign_out"),
    path("me/", views.account, name="account"),
    path("sign-ins/", own_sessions.own_list, name="sign_ins"),
    path("sign-ins/end/", own_sessions.own_end, name="sign_ins_end"),
    path("offices/", offices.office_list, name="offices"),
    path("offices/<slug:code>/", offices.office_edit, name="office_edit"),
    path("desk/", include(desk_urls.urlpatterns)),
    path("two-step/", two_step.verify, name="two_step"),
    path("two-step/set-up/", two_step.set_up, name="two_step_set_up"),
    path("two-step/codes/", two_step.codes, name="two_step_codes"),
    path("password/", views.password_change, name="password_change"),
    path("password/reset/", views.ResetRequest.as_view(), name="reset_request"),
    path("password/reset/sent/", views.ResetSent.as_view(), name="reset_sent"),
    path("password/reset/<uidb64>/<token>/", views.ResetConfirm.as_view(), name="reset_confirm"),
    path("password/reset/done/", views.ResetDone.as_view(), name="reset_done"),
]
