"""Addresses of the units room."""

from django.urls import path

from units.views import applications, changes, invitations, joins, listing, papers, people, years

app_name = "units"
urlpatterns = [
    path("", listing.unit_list, name="list"),
    path("export/", listing.unit_export, name="export"),
    path("own/", listing.own_units, name="own"),
    path("apply/", applications.apply, name="apply"),
    path("applications/", applications.application_list, name="application_list"),
    path("applications/<int:pk>/", applications.application_detail, name="application_detail"),
    path("applications/<int:pk>/edit/", applications.application_edit, name="application_edit"),
    path("applications/<int:pk>/withdraw/", applications.application_take_back, name="application_withdraw"),
    path("applications/<int:pk>/decide/", applications.application_decide, name="application_decide"),
    path("people/", people.people_list, name="people"),
    path("people/export/", people.people_export, name="people_export"),
    path("people/year/", years.people_year, name="people_year"),
    path("people/year/export/", years.people_year_export, name="people_year_export"),
    path("people/year/remind/", years.people_year_remind, name="people_year_remind"),
    path("people/invitations/", invitations.invitation_list, name="invitations"),
    path("people/invitations/export/", invitations.invitation_export, name="invitation_export"),
    path("people/invitations/new/", invitations.invitation_new, name="invitation_new"),
    path("people/invitations/blank/", invitations.invitation_blank_file, name="invitation_blank_file"),
    path("people/invitations/<int:pk>/resend/", invitations.invitation_again, name="invitation_resend"),
    path("people/invitations/<int:pk>/withdraw/", invitations.invitation_back, name="invitation_withdraw"),
    path("people/decide/", people.people_decide, name="people_decide"),
    path("joins/", joins.join_list, name="join_list"),
    path("joins/<int:pk>/", joins.join_detail, name="join_detail"),
    path("joins/<int:pk>/decide/", joins.join_decide, name="join_decide"),
    path("qualifications/", papers.qualifications_waiting, name="qualifications_waiting"),
    path("<int:pk>/", listing.unit_detail, name="detail"),
    path("<int:pk>/edit/", changes.unit_edit, name="edit"),
    path("<int:pk>/close/", changes.unit_closing, name="close"),
    path("<int:pk>/reopen/", changes.unit_reopening, name="reopen"),
    path("<int:pk>/merge/", changes.unit_merging, name="merge"),
    path("<int:pk>/qualifications/new/", papers.qualification_new, name="qualification_new"),
    path("<int:pk>/qualifications/<int:paper_pk>/", papers.qualification_decide, name="qualification_decide"),
    path("<int:pk>/filings/new/", papers.filing_new, name="filing_new"),
    path("<int:pk>/filings/<int:paper_pk>/", papers.filing_end, name="filing_revoke"),
    path("<int:pk>/proofs/<int:proof_pk>/", papers.proof_file, name="proof"),
]
