"""Every route of the portal, read from its URL configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True)
class Route:
    """One named address: `name` with its namespaces, `parameters` of its path, and the path as written."""

    name: str
    parameters: frozenset[str]
    path: str


@cache
def routes() -> dict[str, Route]:
    """All routes by name. ValueError for a pattern without a name: nobody could say who may open it."""
    found: dict[str, Route] = {}
    for route in _walk(get_resolver().url_patterns, "", ""):
        if not route.name or route.name.endswith(":"):
            raise ValueError(f"the address {route.path!r} has no name, so it can have no row in the matrix")
        if route.name in found:
            raise ValueError(f"two addresses are called {route.name}")
        found[route.name] = route
    return found


def _walk(patterns: list[URLPattern | URLResolver], namespace: str, path: str) -> Iterator[Route]:
    for pattern in patterns:
        below = f"{path}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, below)
        else:
            converters = frozenset(pattern.pattern.converters)
            yield Route(f"{namespace}{pattern.name or ''}", converters, below)
