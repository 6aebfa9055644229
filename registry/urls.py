"""Addresses of the registry room."""

from django.urls import include, path

from registry import group_urls, notice_urls, platform_urls, review_urls, second_look_urls, yearly_urls
from registry.views import claim_why, claims, evidence, filing, invited, joining, ledger, own_unit, preview, sign_up

app_name = "registry"
urlpatterns = [
    path("sign-up/", sign_up.sign_up, name="sign_up"),
    path("sign-up/units/", sign_up.sign_up_units, name="sign_up_units"),
    path("sign-up/check/", joining.join_page, name="join"),
    path("sign-up/check/code/", joining.join_code, name="join_code"),
    path("sign-up/check/confirm/", joining.join_confirm, name="join_confirm"),
    path("sign-up/check/take-back/", joining.join_take_back, name="join_take_back"),
    path("i/<str:token>/", invited.invitation_open, name="invitation_open"),
    path("invitation/", invited.invitation_page, name="invitation"),
    path("invitation/code/", invited.invitation_code, name="invitation_code"),
    path("invitation/confirm/", invited.invitation_confirm, name="invitation_confirm"),
    path("invitation/accept/", invited.invitation_acceptance, name="invitation_accept"),
    path("invitation/sign-up/", invited.invitation_sign_up, name="invitation_sign_up"),
    path("my-unit/", own_unit.own_unit, name="own_unit"),
    path("my-unit/ask/", own_unit.own_unit_ask, name="own_unit_ask"),
    path("my-unit/withdraw/", own_unit.own_unit_withdraw, name="own_unit_withdraw"),
    path("my-unit/leave/", own_unit.own_unit_leave, name="own_unit_leave"),
    path("claims/", claims.claim_list, name="claim_list"),
    path("claims/export/", claims.claim_export, name="claim_export"),
    path("claims/new/", filing.claim_new, name="claim_new"),
    path("claims/new/<slug:activity>/", filing.claim_facts, name="claim_facts"),
    path("claims/preview/", filing.claim_hours, name="claim_preview"),
    path("claims/<int:pk>/", claims.claim_detail, name="claim_detail"),
    path("claims/<int:pk>/why/", claim_why.claim_why, name="claim_why"),
    path("claims/<int:pk>/edit/", filing.claim_edit, name="claim_edit"),
    path("claims/<int:pk>/evidence/", evidence.claim_evidence, name="claim_evidence"),
    path("claims/<int:pk>/evidence/<int:evidence_pk>/", evidence.evidence_file, name="evidence_file"),
    path("claims/<int:pk>/evidence/<int:evidence_pk>/preview/", preview.evidence_preview, name="evidence_preview"),
    path("claims/<int:pk>/evidence/<int:evidence_pk>/page/<int:page>/", preview.evidence_page, name="evidence_page"),
    path(
        "claims/<int:pk>/evidence/<int:evidence_pk>/page/<int:page>/image/<int:image>/",
        preview.evidence_page,
        name="evidence_image",
    ),
    path("claims/<int:pk>/evidence/<int:evidence_pk>/remove/", evidence.evidence_removal, name="evidence_remove"),
    path("claims/<int:pk>/check/", filing.claim_check, name="claim_check"),
    path("claims/<int:pk>/submitted/", filing.claim_submitted, name="claim_submitted"),
    path("claims/<int:pk>/withdraw/", claims.claim_withdrawal, name="claim_withdraw"),
    path("ledger/", ledger.ledger_now, name="ledger"),
    path("ledger/<int:year>/", ledger.ledger_year, name="ledger_year"),
    path("groups/", include(group_urls.urlpatterns)),
    path("review/", include(review_urls.urlpatterns)),
    path("second-looks/", include(second_look_urls.urlpatterns)),
    path("notices/", include(notice_urls.urlpatterns)),
    path("yearly/", include(yearly_urls.urlpatterns)),
    path("platforms/", include(platform_urls.urlpatterns)),
]
