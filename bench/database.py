"""A database of its own for the bench, filled by set-based SQL: people and their entries of one year."""

from __future__ import annotations

import os
from typing import Any

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zsjxjy.settings")
os.environ["ANNUAL_CHECK_HELPERS"] = "0"  # a check measured alone asks nobody for help
django.setup()

from registry.queries.notices import notice_of_year

PORTAL_DATABASE = connection.settings_dict["NAME"]
_filled: tuple[int, int, int] | None = None

CLERK_SQL = """
INSERT INTO accounts_user (password, username, display_name, email, is_active, is_superuser, must_change_password,
    date_joined, data_key, phone)
VALUES ('!', 'bench', 'bench', '', true, false, false, now(), '', '')
"""
PEOPLE_SQL = """
INSERT INTO registry_practitioner (id, name, name_sort, data_key, id_number, id_hash, id_last4, phone, phone_hash, sex,
    specialty, specialty_other, title, title_level, link_state, region_id, created_at)
SELECT n, '测试' || n, 'ce shi ' || n, '', '', decode(md5(n::text), 'hex'), right('000' || n, 4), '', NULL, 'male',
    'construction', '', '', 'none', 'none', r.ids[1 + n %% array_length(r.ids, 1)], now()
FROM generate_series(1, %s) n, (SELECT array_agg(id ORDER BY id) AS ids FROM accounts_region) r
"""
ENTRIES_SQL = """
INSERT INTO registry_hourentry (practitioner_id, year, activity, category, tenths, source, source_id, notice_id, clause,
    facts, reason, posted_at, posted_by_id)
SELECT p, %(year)s, rule.number, rule.category, 10 * (1 + (p + k) %% 16), 'claim', p::bigint * 100 + k, %(notice)s,
    rule.clause, '{}', '', now(), (SELECT min(id) FROM accounts_user)
FROM generate_series(1, %(people)s) p CROSS JOIN generate_series(1, %(entries)s) k
JOIN unnest(%(numbers)s, %(categories)s, %(clauses)s) WITH ORDINALITY rule (number, category, clause, place)
    ON rule.place = 1 + (p * 7 + k * 5) %% cardinality(%(numbers)s)
"""


def use(people: int, year: int, entries: int) -> None:
    """Make the bench database with this many people and entries each; it stays for the next row that asks for the same.

    Another size is another database: the ledger is append-only and does not let itself be emptied.
    """
    global _filled  # noqa: PLW0603
    if _filled != (people, year, entries):
        drop()
        connection.settings_dict["TEST"]["NAME"] = f"bench_{os.getpid()}"
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        _filled = (people, year, entries)
        _fill(people, year, entries)


def drop() -> None:
    """Drop the bench database, if one was made."""
    global _filled  # noqa: PLW0603
    if _filled is not None:
        connection.creation.destroy_test_db(PORTAL_DATABASE, verbosity=0)
        _filled = None


def server_version() -> str:
    """The version of the PostgreSQL that measures are taken on."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


def _fill(people: int, year: int, entries: int) -> None:
    """Load without triggers and references, as a restore does: 1.2 million entries one check at a time take minutes."""
    notice = notice_of_year(year)
    rules = list(notice.activities.values())
    ledger: dict[str, Any] = {
        "people": people,
        "year": year,
        "entries": entries,
        "notice": notice.id,
        "numbers": [rule.number for rule in rules],
        "categories": [notice.category_number(rule.category) for rule in rules],
        "clauses": [rule.clause for rule in rules],
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(CLERK_SQL)
        cursor.execute(PEOPLE_SQL, [people])
        cursor.execute(ENTRIES_SQL, ledger)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
