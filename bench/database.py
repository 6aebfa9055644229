"""A database of its own for the bench, filled by set-based SQL: people and their entries of one year."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.db import connection
from django.test.utils import get_runner  # noqa: F401  (Django's own machinery makes the database)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zsjxjy.settings")
django.setup()

PEOPLE_PER_SIZE = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
_filled: tuple[int, int, int] | None = None

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
SELECT p, %s, 1 + (p * 7 + k * 5) %% 16, 1, 10 * (1 + (p + k) %% 16), 'claim', p::bigint * 100 + k, '舟建发〔2021〕38号',
    '二（二）1', '{}', '', now(), (SELECT min(id) FROM accounts_user)
FROM generate_series(1, %s) p, generate_series(1, %s) k
"""


@contextmanager
def fresh_database(people: int, year: int, entries: int) -> Iterator[None]:
    """The bench database with this many people and entries each; made once per run and kept for the next row."""
    global _filled  # noqa: PLW0603
    if _filled is None:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    if _filled != (people, year, entries):
        _fill(people, year, entries)
        _filled = (people, year, entries)
    yield


def drop_database() -> None:
    """Drop the bench database, if one was made."""
    if _filled is not None:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def _fill(people: int, year: int, entries: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_user (password, username, display_name, email, is_active, is_superuser,"
            " must_change_password, date_joined, data_key, phone)"
            " VALUES ('!', 'bench', 'bench', '', true, false, false, now(), '', '') ON CONFLICT DO NOTHING",
        )
        cursor.execute(PEOPLE_SQL, [people])
        cursor.execute(ENTRIES_SQL, [year, people, entries])
        cursor.execute("VACUUM ANALYZE registry_practitioner")
        cursor.execute("VACUUM ANALYZE registry_hourentry")
