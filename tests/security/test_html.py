"""The parser that looks for what the policy forbids finds it."""

from __future__ import annotations

import pytest

from tests.security.html import faults_of

GOOD = """<link rel="stylesheet" href="/static/portal.css"><script src="/static/portal.js" defer></script>
<img src="data:image/svg+xml;base64,AA=="><a href="https://platform.example/">x</a>
<a href="mailto:office@example.com">x</a>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x"></form><form method="get"></form>"""


def test_a_page_of_ours_has_no_fault() -> None:
    assert faults_of(GOOD) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        "<script>alert(1)</script>",
        '<script src="https://elsewhere.example/x.js"></script>',
        '<script src="//elsewhere.example/x.js"></script>',
        '<script src="data:text/javascript,1"></script>',
        "<button ONCLICK=go()>",
        '<div hx-on:click="go()">',
        '<div hx-get="https://elsewhere.example/">',
        '<div hx-vals="js:{a: 1}">',
        '<a href=" javascript:alert(1)">',
        '<form action="https://elsewhere.example/">',
        '<form method="POST"><input name="q"></form>',
        '<img src="https://elsewhere.example/pixel.gif">',
        '<base href="/elsewhere/">',
        "<iframe>",
    ],
)
def test_what_is_forbidden_is_found(markup: str) -> None:
    assert faults_of(markup)
