"""Addresses of a list's pages: what it is filtered by travels along, what it refused to be filtered by does not."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.keyset import Page


def kept_query(request: HttpRequest, found: Any) -> str:
    """The parameters of the filter `found` in the address, without the refused ones (somebody's ID number or phone)."""
    kept = request.GET.copy()
    for name in list(kept):
        if name not in found.filters or name in found.form.errors or not kept[name]:
            kept.pop(name)
    return str(kept.urlencode())


def page_urls(page: Page[Any], query: str, **more: str) -> dict[str, str | None]:
    """`newer_url` and `older_url` of a page, for the pager."""
    parts = [query, *(f"{name}={value}" for name, value in more.items() if value)]

    def address(way: str, cursor: str | None) -> str | None:
        return cursor and "?" + "&".join(part for part in (*parts, f"{way}={cursor}") if part)

    return {"newer_url": address("before", page.newer), "older_url": address("after", page.older)}
