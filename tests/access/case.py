"""Tests that walk the whole portal: one world for the class, and whatever a request did is undone after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

import time_machine
from django.db import transaction
from django.test import TestCase, override_settings

from tests.access.matrix import FORMS, Row
from tests.access.world import World


class WorldTestCase(TestCase):
    """`self.world` holds one of everything and a browser for each role, on 1 September 2021."""

    world: World

    @classmethod
    def setUpClass(cls) -> None:
        """A frozen clock and a folder for evidence, then the world in the class's transaction."""
        cls.enterClassContext(override_settings(MEDIA_ROOT=cls.enterClassContext(TemporaryDirectory())))
        cls.enterClassContext(time_machine.travel("2021-09-01T10:00:00+08:00", tick=False))
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        """Called by Django once for the class."""
        cls.world = World()

    def ask(self, role: str, row: Row, **more: Any) -> Any:
        """What a role is answered to a line of the matrix."""
        return self.world.ask(role, row.method, self.url(row), FORMS.get(row.route, {}), **more)

    def url(self, row: Row) -> str:
        """The address of a line."""
        return self.world.url(row.route, row.object)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside has never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
