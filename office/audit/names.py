"""Codes of the trail in words: 认定申报 for claim.accept, 学时申报 for registry.claim, 待审核 for submitted.

Each room names its own actions in a plain table, `ACTIONS` of its module `actions.py`, and what else its events hold in
`FIELDS`; this room only collects them, so that the rooms below may have such tables too.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.module_loading import module_has_submodule


@cache
def actions() -> dict[str, str]:
    """Code → words of every action of every room. ImproperlyConfigured when two rooms name one action."""
    found: dict[str, str] = {}
    for module in _tables():
        if twice := found.keys() & module.ACTIONS.keys():
            raise ImproperlyConfigured(f"{module.__name__} names again: {', '.join(sorted(twice))}")
        found |= module.ACTIONS
    return found


@cache
def fields() -> dict[str, str]:
    """Key → words of what events hold besides; rooms may use one key alike."""
    return {key: words for module in _tables() for key, words in getattr(module, "FIELDS", {}).items()}


@cache
def object_types() -> dict[str, str]:
    """Label → name of every table of the rooms, such as registry.claim → 学时申报."""
    rooms = {module.__name__.rpartition(".")[0] for module in _tables()}
    return {
        model._meta.label_lower: str(model._meta.verbose_name)
        for model in apps.get_models()
        if model._meta.app_config.name in rooms and not str(model._meta.verbose_name).isascii()
    }


def action_name(action: str) -> str:
    """Words for an action, or its code when no room of this release knows it."""
    return actions().get(action, action)


def type_name(object_type: str) -> str:
    """Words for a kind of object."""
    return object_types().get(object_type, object_type)


def state_name(object_type: str, code: str) -> str:
    """Words for a state (or role) of such an object, taken from the choices of its table; else the code."""
    return _choices(object_type).get(code, code)


@cache
def _choices(object_type: str) -> dict[str, str]:
    model = _model(object_type)
    found: dict[str, str] = {}
    for field in model._meta.get_fields() if model else ():
        found = {**dict(getattr(field, "flatchoices", ())), **found}
    return found


def _model(object_type: str) -> type[models.Model] | None:
    try:
        return apps.get_model(object_type)
    except (LookupError, ValueError):
        return None


@cache
def _tables() -> list[ModuleType]:
    """The module `actions` of every installed room that has one."""
    rooms = [config for config in apps.get_app_configs() if module_has_submodule(config.module, "actions")]
    return [import_module(f"{config.name}.actions") for config in rooms]
