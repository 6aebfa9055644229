"""Addresses of certificates; `c/…` is what the QR code holds."""

from django.urls import path

from compliance.views import certificate_bundles, certificate_check, certificate_office, certificates

app_name = "certificates"
urlpatterns = [
    path("certificates/", certificates.own_certificates, name="own"),
    path("certificates/issue/", certificates.own_issue, name="issue"),
    path("certificates/issue/<int:practitioner_pk>/<int:year>/", certificates.person_issue, name="issue_for"),
    path("certificates/sheet/<int:practitioner_pk>/<int:year>/", certificates.year_sheet, name="sheet_file"),
    path("certificates/office/", certificate_office.certificate_list, name="list"),
    path("certificates/office/export/", certificate_office.certificate_export, name="export"),
    path("certificates/units/", certificate_bundles.bundles, name="bundles"),
    path("certificates/units/<int:pk>/file/", certificate_bundles.bundle_file, name="bundle_file"),
    path("certificates/check/", certificate_check.check, name="check"),
    path("certificates/<int:pk>/", certificates.certificate_detail, name="detail"),
    path("certificates/<int:pk>/file/", certificates.certificate_file, name="certificate_file"),
    path("certificates/<int:pk>/revoke/", certificate_office.certificate_revocation, name="revoke"),
    path("c/<str:code>/", certificate_check.public, name="public"),
    path("c/<str:code>/json/", certificate_check.public_json, name="public_json"),
]
