"""Addresses of the compliance room."""

from django.urls import path

from compliance.views import (
    closings,
    corrections,
    draft_trials,
    person,
    progress,
    review_batch,
    standings,
    trial,
    why,
)

app_name = "compliance"
urlpatterns = [
    path("standings/", standings.annual_list, name="annual_list"),
    path("standings/export/", standings.annual_export, name="annual_export"),
    path("standings/batch/", review_batch.review_batch, name="review_batch"),
    path("standings/<int:practitioner_pk>/<int:year>/", person.person_year, name="person_year"),
    path("standings/<int:practitioner_pk>/<int:year>/review/", person.review_decide, name="review_decide"),
    path("standings/progress/", progress.progress, name="progress"),
    path("standings/progress/export/", progress.progress_export, name="progress_export"),
    path("standings/closings/", closings.closing_list, name="closing_list"),
    path("standings/closings/export/", closings.closing_list_export, name="closing_list_export"),
    path("standings/closings/<int:pk>/", closings.closing, name="closing"),
    path("standings/closings/<int:pk>/pdf/", closings.closing_pdf, name="closing_pdf"),
    path("standings/closings/<int:pk>/xlsx/", closings.closing_xlsx, name="closing_xlsx"),
    path("standings/closings/<int:year>/<slug:code>/close/", closings.closing_new, name="closing_new"),
    path("why/<int:practitioner_pk>/<int:year>/<slug:figure>/", why.why_figure, name="why_figure"),
    path("why/<int:practitioner_pk>/<int:year>/lines/<int:pk>/", why.why_entry, name="why_entry"),
    path("trial/", trial.trial, name="trial"),
    path("trial/<slug:activity>/", trial.trial_facts, name="trial_facts"),
    path("what-if/", draft_trials.trial_list, name="draft_trial_list"),
    path("what-if/new/", draft_trials.trial_new, name="draft_trial_new"),
    path("what-if/<int:pk>/", draft_trials.trial, name="draft_trial"),
    path("what-if/<int:pk>/export/", draft_trials.trial_export, name="draft_trial_export"),
    path("what-if/<int:pk>/entries/", draft_trials.trial_entries, name="draft_trial_entries"),
    path("what-if/<int:pk>/entries/export/", draft_trials.trial_entries_export, name="draft_trial_entries_export"),
    path("what-if/<int:pk>/correct/", corrections.correction_new, name="correction_new"),
    path("corrections/", corrections.correction_list, name="correction_list"),
    path("corrections/<int:pk>/", corrections.correction, name="correction"),
    path("corrections/<int:pk>/act/", corrections.correction_act, name="correction_act"),
    path("annual-check/", standings.annual_check, name="annual_check"),
]
