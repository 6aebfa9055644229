"""Addresses of rosters: a class's under /classes/<pk>/roster/, a past year's under /classes/ledgers/<pk>/."""

from __future__ import annotations

from django.urls import URLPattern, path

from courses.views import roster_lists, roster_office, roster_rows, rosters, why


def _steps(prefix: str, at: str) -> list[URLPattern]:
    """The same pages for both, under the address `at`; `prefix` names the routes."""
    return [
        path(at, rosters.roster_detail, name=prefix),
        path(f"{at}upload/", rosters.roster_hand_over, name=f"{prefix}_upload"),
        path(f"{at}progress/", rosters.roster_progress, name=f"{prefix}_progress"),
        path(f"{at}check/", rosters.roster_check, name=f"{prefix}_check"),
        path(f"{at}submit/", rosters.roster_hand_in, name=f"{prefix}_submit"),
        path(f"{at}rows/", roster_rows.row_list, name=f"{prefix}_rows"),
        path(f"{at}rows/export/", roster_rows.row_export, name=f"{prefix}_rows_export"),
        path(f"{at}rows/marked/", roster_rows.row_marked, name=f"{prefix}_rows_marked"),
        path(f"{at}rows/new/", roster_rows.row_new, name=f"{prefix}_row_new"),
        path(f"{at}rows/<int:row>/", roster_rows.row_edit, name=f"{prefix}_row"),
        path(f"{at}rows/<int:row>/why/", why.row_why, name=f"{prefix}_row_why"),
        path(f"{at}rows/<int:row>/delete/", roster_rows.row_remove, name=f"{prefix}_row_delete"),
        path(f"{at}confirm/", roster_office.roster_credit, name=f"{prefix}_confirm"),
        path(f"{at}return/", roster_office.roster_send_back, name=f"{prefix}_return"),
        path(f"{at}reverse/", roster_office.roster_undo, name=f"{prefix}_reverse"),
    ]


urlpatterns = [
    path("rosters/", roster_lists.roster_list, name="roster_list"),
    path("rosters/export/", roster_lists.roster_export, name="roster_export"),
    path("ledgers/new/", roster_lists.ledger_new, name="ledger_new"),
    *_steps("roster", "<int:pk>/roster/"),
    path("<int:pk>/roster/paper/", roster_office.roster_paper, name="roster_paper"),
    *_steps("ledger", "ledgers/<int:ledger>/"),
]
