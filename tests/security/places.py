"""Where the canary could have been left: the database, Redis, files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

from tests.security.canary import seen_in

TABLES = """
SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""


def in_database() -> dict[str, list[str]]:
    """Table → secrets that stand in clear in any column of any of its rows; binary columns are read as hex."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM {table} t")
            if secrets := seen_in(cursor.fetchone()[0]):
                found[table] = secrets
    return found


def in_redis() -> dict[str, list[str]]:
    """Key → secrets in its name or value, in every database of the server."""
    found = {}
    for key, texts in _redis_contents():
        if secrets := seen_in(*texts):
            found[key] = secrets
    return found


def redis_keys() -> list[str]:
    """Every key there is."""
    return [key for key, _ in _redis_contents()]


def in_files(folder: Path) -> dict[str, list[str]]:
    """File and line → secrets in its name or in the line: logs, mail, evidence."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        lines = path.read_bytes().splitlines() if path.is_file() else []
        for number, line in enumerate([name.encode(), *lines]):
            if secrets := seen_in(line):
                found[f"{name}:{number} {line[:300]!r}"] = secrets
    return found


def _redis_contents() -> Iterator[tuple[str, list[str | bytes]]]:
    server = redis.Redis.from_url(settings.REDIS_URL)
    for space in server.info("keyspace"):
        number = int(space.removeprefix("db"))
        client = redis.Redis.from_url(settings.REDIS_URL, db=number)
        for key in client.scan_iter(count=1000):
            yield f"{number}/{key.decode('utf-8', 'replace')}", [key, *_values(client, key)]


def _values(client: redis.Redis, key: bytes) -> list[bytes]:
    match client.type(key).decode():
        case "string":
            return [client.get(key) or b""]
        case "list":
            return client.lrange(key, 0, -1)
        case "hash":
            return [part for pair in client.hgetall(key).items() for part in pair]
        case "set":
            return list(client.smembers(key))
        case "zset":
            return client.zrange(key, 0, -1)
        case other:
            raise NotImplementedError(f"a Redis {other} at {key!r}: teach the canary to read it")
