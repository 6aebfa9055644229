"""Several people at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.errors import DomainError

pytestmark = pytest.mark.django_db


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Run the calls at the same time, each on a connection of its own; what each gave or raised."""

    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
