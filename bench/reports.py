"""Reports against the bare GROUP BY: what a table of standings costs above grouping the projection at all.

Both sides read the same standings and sum as many columns; a person's fact that is grouped by is looked up on both.
The bare side knows nothing of who reviews whom, of names, lines or an order, and throws its rows away; ours is the
report whole. What looking people up costs is reported beside it: the same against the bare GROUP BY by region.
"""

from __future__ import annotations

from django.db import connection

from accounts.models import Organisation, Region
from bench import annual_check, database
from bench.annual_check import ENTRIES_PER_PERSON, YEAR
from bench.pairs import BINDING_SIZE, REPORTED_TIME, Bar, Context, Measure, Row, at_most, compare, seconds
from compliance.queries.reports.asked import Asked, Scope
from compliance.queries.reports.compliance import compliance
from compliance.queries.reports.standings import FIGURES, REGION, SPECIALTY, UNIT
from registry.models import Specialty, TitleLevel

MUST = at_most(1.5)
PEOPLE_OF_A_UNIT = 50
_SUMS = ", ".join(["sum(s.counted_total)", *(f"sum(s.deficit_{name})" for name in FIGURES)])
_PEOPLE = "JOIN registry_practitioner p ON p.id = s.practitioner_id"
_BARE = {
    REGION: ("s.region_id", ""),
    SPECIALTY: ("p.specialty", _PEOPLE),
    UNIT: ("p.organisation_id", _PEOPLE),
}
SPREAD_SQL = """
UPDATE registry_practitioner SET specialty = (%(specialties)s::text[])[1 + id %% cardinality(%(specialties)s::text[])],
    title_level = (%(levels)s::text[])[1 + id %% cardinality(%(levels)s::text[])],
    organisation_id = unit.ids[1 + id %% cardinality(unit.ids)], link_state = 'confirmed'
FROM (SELECT array_agg(id) AS ids FROM accounts_organisation WHERE old_code LIKE 'B%%') unit
"""


def by_region(context: Context) -> Row:
    """By region: the projection alone, but for the few whose review is astray."""
    return _report(context, BY_REGION, REGION, REGION, MUST)


def by_specialty(context: Context) -> Row:
    """By specialty: every standing's person is looked up."""
    return _report(context, BY_SPECIALTY, SPECIALTY, SPECIALTY, MUST)


def by_unit(context: Context) -> Row:
    """By unit: thousands of lines, named and sorted."""
    return _report(context, BY_UNIT, UNIT, UNIT, MUST)


def looked_up(context: Context) -> Row:
    """By specialty against the projection alone: what the look at the people costs. Reported, no bar."""
    return _report(context, LOOKED_UP, SPECIALTY, REGION, REPORTED_TIME)


def _report(context: Context, name: str, by: str, bare_by: str, must: Bar) -> Row:
    _prepare(context.size)
    scope, asked = Scope(whole=True), Asked(YEAR, by=by)

    def ours() -> float:
        found = []
        taken = seconds(lambda: found.append(compliance(scope, asked)))
        whole = found[0].whole
        if whole is None or whole[1] != context.size:
            raise AssertionError(whole)
        return taken

    return compare(
        context,
        name=name,
        n=context.size,
        unit="people/s",
        ours=ours,
        limit=lambda: seconds(lambda: _bare(bare_by)),
        peer=f"bare GROUP BY {bare_by}",
        must=must,
        binds=context.size >= BINDING_SIZE,
    )


def _bare(by: str) -> None:
    column, join = _BARE[by]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}, count(*), sum(s.meets::int), {_SUMS}"
            f" FROM registry_annualstanding s {join} WHERE s.year = {YEAR} GROUP BY 1"
        )
        cursor.fetchall()


def _prepare(people: int) -> None:
    """Once for each database: units, specialties and levels spread over everybody, the year's standings filled."""
    database.use(people, YEAR, ENTRIES_PER_PERSON)
    if Organisation.objects.filter(old_code__startswith="B").exists():
        return
    region = Region.objects.get(is_city=True)
    Organisation.objects.bulk_create(
        Organisation(name=f"测试单位{n}", old_code=f"B{n:08d}", kind="enterprise", region=region)
        for n in range(1, people // PEOPLE_OF_A_UNIT + 2)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(SPREAD_SQL, {"specialties": Specialty.values, "levels": TitleLevel.values})
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM FULL registry_practitioner")
    annual_check.fill_once(people)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


BY_REGION = "report by region"
BY_SPECIALTY = "report by specialty"
BY_UNIT = "report by unit"
LOOKED_UP = "report by specialty (people not looked up)"
MEASURES: dict[str, Measure] = {
    BY_REGION: by_region,
    BY_SPECIALTY: by_specialty,
    BY_UNIT: by_unit,
    LOOKED_UP: looked_up,
}
