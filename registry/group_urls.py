"""Addresses of the group claims, under registry:."""

from django.urls import path

from registry.views import claim_why, group_facts, group_files, group_people, groups

_PERSON = "<int:pk>/people/<int:claim_pk>/"
urlpatterns = [
    path("", groups.group_list, name="group_list"),
    path("export/", groups.group_export, name="group_export"),
    path("list-form/", group_people.group_list_form, name="group_list_form"),
    path("new/", group_facts.group_new, name="group_new"),
    path("new/<slug:activity>/", group_facts.group_facts, name="group_facts"),
    path("preview/", group_facts.group_hours, name="group_preview"),
    path("<int:pk>/", groups.group_detail, name="group_detail"),
    path("<int:pk>/why/", claim_why.group_why, name="group_why"),
    path("<int:pk>/edit/", group_facts.group_edit, name="group_edit"),
    path("<int:pk>/files/", group_files.group_files, name="group_files"),
    path("<int:pk>/files/<int:evidence_pk>/", group_files.group_file, name="group_file"),
    path("<int:pk>/files/<int:evidence_pk>/remove/", group_files.group_file_remove, name="group_file_remove"),
    path("<int:pk>/files/<int:evidence_pk>/assign/", group_files.group_file_assign, name="group_file_assign"),
    path("<int:pk>/people/", group_people.group_people, name="group_people"),
    path("<int:pk>/people/pick/", group_people.group_people_pick, name="group_people_pick"),
    path("<int:pk>/people/sheet/", group_people.group_people_sheet, name="group_people_sheet"),
    path(_PERSON, group_people.group_person, name="group_person"),
    path(f"{_PERSON}submit/", group_people.group_person_submit, name="group_person_submit"),
    path(f"{_PERSON}remove/", group_people.group_person_remove, name="group_person_remove"),
    path(
        f"{_PERSON}files/<int:evidence_pk>/remove/",
        group_people.group_person_file_remove,
        name="group_person_file_remove",
    ),
    path("<int:pk>/certificates/", group_files.group_certificates, name="group_certificates"),
    path("<int:pk>/check/", groups.group_check, name="group_check"),
    path("<int:pk>/withdraw/", groups.group_withdrawal, name="group_withdraw"),
]
