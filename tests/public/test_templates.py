"""What the content security policy forbids stands in no template, and what templates name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template, render_to_string

TEMPLATES = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
FORBIDDEN = {
    "style attribute": r"\sstyle\s*=",
    "style element": r"<style\b",
    "inline script": r"<script\b(?![^>]*\ssrc=)",
    "event handler": r"<[^>]*\son[a-z]+\s*=",
    "htmx evaluation": r"hx-on|hx-vals\s*=\s*[\"']js:|hx-vars|data-hx-on",
    "script address": r"javascript:",
    "foreign resource": r"<(script|link|img)\b[^>]*\b(src|href)\s*=\s*[\"']?(https?:)?//",
}


@pytest.mark.parametrize("name", NAMES)
def test_template_keeps_to_the_policy(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    found = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, source, re.IGNORECASE)]
    assert found == []


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles_and_its_static_files_exist(name: str) -> None:
    get_template(name)
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    for path in re.findall(r"{% static '([^']+)' %}", source):
        assert finders.find(path), f"{name} names {path}"


def test_no_style_sheet_fetches_from_elsewhere() -> None:
    for sheet in (Path(settings.BASE_DIR) / "static").glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"url\(\s*[\"']?(https?:)?//", text)
        assert "@import" not in text


@pytest.mark.parametrize("status", ["500", "503"])
def test_error_page_needs_neither_request_nor_database(status: str) -> None:
    page = render_to_string(f"errors/{status}.html")
    assert 'lang="zh-Hans"' in page
    assert 'href="/"' in page


@pytest.mark.parametrize("status", ["400", "403", "404", "429"])
def test_error_page_tells_what_happened(status: str) -> None:
    assert "本申报已由他人办理。" in render_to_string(f"errors/{status}.html", {"message": "本申报已由他人办理。"})
    assert render_to_string(f"errors/{status}.html").count("<h1>") == 1
