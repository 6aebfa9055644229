"""What is credited already: results of earlier imports, and courses that people have claimed themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from office.sheets.header import canonical
from registry.commands.platforms.rules import Judged, Problem
from registry.models.fields import to_hours
from registry.platform_states import ResultState
from registry.queries.yearly import ACTIVITIES
from registry.states import ClaimState

RESULTS_SQL = """
SELECT practitioner_id, year, course_code, tenths FROM registry_platformresult
WHERE practitioner_id = ANY(%s) AND year = ANY(%s) AND platform = %s AND state = %s
"""
CLAIMS_SQL = """
SELECT practitioner_id, year, activity, title, number FROM registry_claim
WHERE practitioner_id = ANY(%s) AND year = ANY(%s) AND activity = ANY(%s) AND state = %s
"""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Results by person, year and course → tenths; accepted claims by person, year, activity and title → number."""

    results: dict[tuple[int, int, str], int]
    claims: dict[tuple[int, int, str, str], str]

    def known(self, person: int, judged: Judged) -> Problem | None:
        """Why this person's course is not credited once more, or None."""
        if not self.results and not self.claims:  # as for every first file of a year
            return None
        year = judged.day.year if judged.day else 0
        tenths = self.results.get((person, year, judged.code))
        if tenths is not None:
            if tenths == judged.tenths:
                return Problem("known", "", "该课程已登记，不重复登记。")
            return Problem("known_differs", "", f"该课程已登记{to_hours(tenths):f}学时，与本行不同。")
        if self.claims and (number := self.claims.get((person, year, judged.activity, canonical(judged.name)))):
            return Problem("claimed", "", f"本人申报的同一课程已认定（{number}），不重复登记。")
        return None


def earlier_of(platform: str, years: Collection[int], people: Collection[int]) -> Earlier:
    """What these people have of these years; two questions, however many they are."""
    whose = [list(people), list(years)]
    with connection.cursor() as cursor:
        cursor.execute(RESULTS_SQL, [*whose, platform, ResultState.RECORDED])
        results = {(person, year, code): tenths for person, year, code, tenths in cursor.fetchall()}
        cursor.execute(CLAIMS_SQL, [*whose, list(ACTIVITIES.values()), ClaimState.ACCEPTED])
        claims = {
            (person, year, activity, canonical(title)): number
            for person, year, activity, title, number in cursor.fetchall()
        }
    return Earlier(results, claims)
