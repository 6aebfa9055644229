"""Addresses of the notices, under registry:."""

from django.urls import path

from registry.views import notices

urlpatterns = [
    path("", notices.notice_list, name="notice_list"),
    path("new/", notices.notice_new, name="notice_new"),
    path("<int:pk>/", notices.notice_detail, name="notice_detail"),
    path("<int:pk>/text/", notices.notice_text, name="notice_text"),
    path("<int:pk>/since/<int:other>/", notices.notice_difference, name="notice_difference"),
    path("<int:pk>/propose/", notices.notice_proposal, name="notice_propose"),
    path("<int:pk>/agree/", notices.notice_agreement, name="notice_agree"),
    path("<int:pk>/send-back/", notices.notice_return, name="notice_send_back"),
    path("<int:pk>/discard/", notices.notice_disposal, name="notice_discard"),
]
