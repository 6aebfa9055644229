"""What all tests share. Environment (database, keys) comes from `bin/portal test`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db.models.signals import post_migrate
from django.test import TransactionTestCase, override_settings

from office.signatures.keys import make_key
from tests.clients import PortalClient


def _seed_regions_again(sender: Any, **_: Any) -> None:
    """A transactional test empties every table, the five regions of the migration included: put them back."""
    if sender.name == "accounts":
        import_module("accounts.migrations.0002_regions").seed(apps, None)


post_migrate.connect(_seed_regions_again, dispatch_uid="tests.regions")


@pytest.fixture(autouse=True, scope="session")
def _append_only_tables_are_emptied_between_tests() -> Iterator[None]:
    """Only Django's clean-up after a transactional test may truncate; inside each test the triggers stand."""
    clean_up = TransactionTestCase._fixture_teardown

    def past_the_triggers(case: TransactionTestCase) -> None:
        triggers = [
            trigger.get_uri(model) for model, trigger in pgtrigger.registered() if trigger.name == "no_truncate"
        ]
        with pgtrigger.ignore(*triggers):
            clean_up(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", past_the_triggers)
        yield


@pytest.fixture(autouse=True, scope="session")
def _a_key_to_sign_with(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The installation's signing key, made once for all tests: a pair of RSA keys takes a third of a second."""
    with override_settings(SIGNING_KEYS=tmp_path_factory.mktemp("signing-keys")):
        make_key(holder="舟山市住房和城乡建设局")
        yield


@pytest.fixture
def client() -> PortalClient:
    """A browser of its own, in which staff sign in with both steps."""
    return PortalClient()


@pytest.fixture(autouse=True, scope="session")
def _static_files_are_looked_up_one_by_one() -> Iterator[None]:
    """Every test client starts the middleware anew, and listing all static files each time took most of its time."""
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(autouse=True, scope="session")
def _nothing_is_drawn_by_chance() -> Iterator[None]:
    """Second looks are drawn where a test sets a region's rate; elsewhere one in twenty would count differently."""
    with override_settings(SECOND_LOOK_PERCENT="0"):
        yield
