"""`python -m bench` itself, on a few hundred people, so that it cannot rot between two measurings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    "crediting one activity, plain table",
    "annual check, first fill",
    "annual check, first fill (tuned limit)",
    "annual check, nothing changed",
    "annual check, two workers",
]
OFFICES = [f"a year as an office does it, {way}" for way in ("openpyxl", "ORM loop")]

IMPORT = [
    f"platform import of 50,000 lines, {part}"
    for part in ("calamine alone", "openpyxl and bulk_create", "share of hashing", "reading child")
]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The bench as `make bench` starts it, on the services of the tests."""
    return subprocess.run(
        [sys.executable, "-m", "bench", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_rows_are_measured_told_and_bind_nothing_at_a_small_size() -> None:
    done = run("--size", "300", "--pairs", "2", "--only", "plain")
    assert_told(done, ROWS[:1])


@pytest.mark.django_db
def test_what_needs_a_database_is_measured_on_one_that_is_gone_when_the_run_ends() -> None:
    assert_told(run("--size", "300", "--pairs", "2", "--only", "annual"), ROWS[1:])
    assert_told(run("--size", "300", "--pairs", "2", "--only", "platform import"), IMPORT)
    assert_told(run("--size", "300", "--pairs", "1", "--only", "refresh"), ["refresh after 1 %"])
    for name in OFFICES:  # the frames are peers that `make bench` alone installs
        assert_told(run("--size", "300", "--pairs", "1", "--only", name), [name])
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_%'")
        assert cursor.fetchall() == []


def assert_told(done: subprocess.CompletedProcess[str], names: list[str]) -> None:
    """Every row is there as JSON and in the table, and none binds at 300 people."""
    assert done.returncode == 0, done.stderr
    lines, table = done.stdout.split("\n\n", 1)
    rows = [json.loads(line) for line in lines.splitlines()]
    assert [(row["name"], row["n"], row["ok"]) for row in rows] == [(name, 300, None) for name in names]
    assert all(row["ours"] > 0 and row["limit"] > 0 and row["ratio"] > 0 for row in rows)
    assert "PostgreSQL" in table
    assert table.count("not binding") + table.count("reported") == len(names)
