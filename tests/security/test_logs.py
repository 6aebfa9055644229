"""What a log line may hold: the processor that all lines pass, and the two lines of a request."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import RequestFactory

from tests.security.canary import ID_NUMBER, PHONE, SPELLED, seen_in
from zsjxjy.logs import RequestLogMiddleware, hide_secrets

KEPT = {
    "number": "SB20210000001",
    "job": str(uuid.UUID(int=13_800_000_000)),
    "sha256": "a13800000000f" * 4,
    "at": datetime(2021, 9, 1, tzinfo=UTC).isoformat(),
    "rows": 13_800_000_000,
    "ok": True,
    "nothing": None,
}


@pytest.mark.parametrize("secret", SPELLED["ID number"] + SPELLED["phone"])
@pytest.mark.parametrize(
    "shape",
    [
        lambda secret: {"event": f"Not Found: /{secret}"},
        lambda secret: {"exception": f"Traceback ...\nLookupError: no row ({secret}, x)"},
        lambda secret: {"params": [{"deep": (secret, {"er": secret})}]},
        lambda secret: {secret: "as a name"} | {"pairs": {secret: 1}},
        lambda secret: {"error": ValueError(secret)},
        lambda secret: {"event": f"电话{secret}，请联系"},
    ],
)
def test_no_value_of_a_line_holds_a_number(secret: str, shape: Any) -> None:
    line = hide_secrets(None, "", shape(secret))
    values = [str(value) for key, value in line.items()] + [str(line.get("pairs", ""))]
    assert seen_in(*values) == []


def test_what_is_nobodys_number_is_logged_as_it_is() -> None:
    assert hide_secrets(None, "", dict(KEPT)) == KEPT


@pytest.mark.parametrize("end", ["", "?next=/"])
def test_a_one_time_link_is_not_logged(end: str) -> None:
    address = "/accounts/password/reset/MQ/c0ffee-0123456789abcdef"
    line = hide_secrets(None, "", {"event": f"GET {address}/{end}"})
    assert line == {"event": f"GET /accounts/password/reset/MQ/…/{end}"}
    for before in ("GET ", "https://hours.example"):
        line = hide_secrets(None, "", {"event": f"{before}/i/c0ffee-0123_456789abc/{end}"})
        assert line == {"event": f"{before}/i/…/{end}"}
    step = "/accounts/password/reset/MQ/set-password/"
    assert hide_secrets(None, "", {"event": step}) == {"event": step}


def test_a_request_is_logged_without_its_query() -> None:
    request = RequestFactory().get(f"/review/?q=陈海生&x={ID_NUMBER}&y={PHONE}")
    assert RequestLogMiddleware.format_request(request) == "GET /review/"
