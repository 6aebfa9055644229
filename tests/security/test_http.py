"""What no browser of a practitioner sends: every request gets a status below 500 and no trace, and changes nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from django.test import Client

from registry.models import Claim, Practitioner
from tests.clients import PortalClient
from tests.factories import AppointmentFactory
from tests.registry.people import PractitionerFactory, submitted
from tests.security.doors import PARAMETERS

FACTS = "/claims/new/licence_exam/"
PREVIEW = "/claims/preview/"
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary="
FILE_FOR_TEXT = b'--x\r\nContent-Disposition: form-data; name="title"; filename="a.png"\r\n\r\nx\r\n--x--\r\n'


def cursor(value: Any) -> str:
    """A cursor as no page gives it out."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Odd:
    """One request; `query`, `body` and `path` are sent as they stand. `expected` are the statuses that are right."""

    name: str
    path: str = "/claims/"
    query: str = ""
    method: str = "GET"
    body: bytes = b""
    kind: str = FORM
    headers: dict[str, str] = field(default_factory=dict)
    expected: tuple[int, ...] = (200,)


def posted(name: str, body: bytes, *expected: int, kind: str = FORM) -> Odd:
    """A claim's form that holds this; refused as a form is unless told otherwise."""
    return Odd(name, FACTS, method="POST", body=body, kind=kind, expected=expected or (422,))


ODD = [
    Odd("NUL in the query", query="year=%00&state=%00&q=%00"),
    Odd("half a character in the query", query="year=%FF%FE&sort=%C3"),
    Odd("a surrogate in the query", query="year=%ED%A0%80"),
    Odd("a query of 60,000 characters", query="q=" + "a" * 60_000),
    Odd("20,000 parameters", query="&".join(f"p{n}=1" for n in range(20_000)), expected=(400,)),
    Odd("parameters named twice", query="year=2021&year=2020&year=&sort=newest&sort=hours"),
    Odd("a parameter without a name", query="=&&=&;=%"),
    Odd("brackets and braces in names", query="year[]=1&year[$gt]=0&__proto__[x]=1&{{7*7}}=1"),
    Odd("SQL in the query", query="year=2021'%20OR%201=1--&sort=title;DROP%20TABLE%20x"),
    Odd("a cursor of rubbish", query="after=%F0%9F%92%A5"),
    Odd("a cursor of numbers", query=f"after={cursor([1, 2, 3])}"),
    Odd("a cursor of too many columns", query=f"after={cursor(['1'] * 9)}"),
    Odd("a cursor beyond every column", query=f"after={cursor(['9' * 30])}"),
    Odd("a cursor of no number", query=f"after={cursor(['NaN'])}&before={cursor(['Infinity'])}"),
    Odd("a cursor with NUL and half a character", query=f"after={cursor([chr(0)])}&before={cursor([chr(0xD800)])}"),
    Odd("a cursor of brackets", query=f"after={base64.urlsafe_b64encode(b'[' * 4000).decode()}"),
    Odd("a cursor that is an object", query=f"after={cursor({'id': {'id': {}}})}"),
    Odd("dates before and beyond the calendar", path="/standards/", query="on=0000-00-00", expected=(422,)),
    Odd("a date of the year 99999", path="/standards/", query="on=99999-01-01", expected=(422,)),
    Odd("a year that is none", path="/ledger/0/", expected=(404,)),
    Odd("a year of the far future", path="/ledger/999999999999/", expected=(404,)),
    Odd("a year of 5,000 digits", path=f"/ledger/{'9' * 5000}/", expected=(404,)),
    Odd("a number beyond the database", path=f"/claims/{2**63}/", expected=(404,)),
    Odd("a number of 5,000 digits", path=f"/claims/{'1' * 5000}/", expected=(404,)),
    Odd("full-width digits in the path", path="/claims/１２/", expected=(404,)),
    Odd("a negative number", path="/claims/-1/", expected=(404,)),
    Odd("NUL in the path", path="/claims/\x00/", expected=(404,)),
    Odd("half a character in the path", path="/claims/\udcff\udcfe/", expected=(404,)),
    Odd("a path of 20,000 characters", path=f"/{'a' * 20_000}/", expected=(404,)),
    Odd("a way up", path="/claims/../../etc/passwd", expected=(404,)),
    Odd("a way up, encoded", path="/static/..%2f..%2fmanage.py", expected=(404,)),
    Odd("a way up among the static files", path="/static/../zsjxjy/settings.py", expected=(404,)),
    Odd("no identifier of a job", path="/jobs/not-a-uuid/", expected=(404,)),
    Odd("a link of rubbish", path="/accounts/password/reset/!!!/x/", expected=(200, 404)),
    Odd("a link to a user beyond the database", path="/accounts/password/reset/OTk5OTk5OTk5OTk5OTk5OTk5OTk5/x-y/"),
    Odd("a link to half a character", path="/accounts/password/reset/7dz_/x-y/"),
    Odd("an unknown method", method="BREW", expected=(405,)),
    Odd("TRACE", method="TRACE", expected=(405,)),
    Odd("another method in a header", method="POST", headers={"X-HTTP-Method-Override": "GET"}, expected=(405,)),
    Odd("another method in the form", path=PREVIEW, method="POST", body=b"_method=DELETE", expected=(404,)),
    posted("JSON for a form", b'{"title": "x"}', kind="application/json"),
    posted("JSON of brackets", b"[" * 90_000, kind="application/json"),
    posted("XML for a form", b"<!DOCTYPE x>", kind="text/xml"),
    posted("no content type", b"title=x", kind=""),
    posted("rubbish as content type", b"x", 400, 422, kind="\x01;=;charset="),
    posted("an unknown charset", b"title=x", 400, 422, kind=f"{FORM}; charset=klingon"),
    posted("UTF-7", b"title=+ADw-", 400, 422, kind=f"{FORM}; charset=utf-7"),
    posted("multipart without a boundary", b"x", 400, kind="multipart/form-data"),
    posted("multipart that breaks off", b"--x\r\nContent-Disposition: form-data; name=", 400, 422, kind=f"{PARTS}x"),
    posted("600 fields", b"&".join(b"f%d=1" % n for n in range(600)), 400),
    posted("a field of 3 MB", b"title=" + b"a" * 3_000_000, 400, 413),
    posted("NUL in the fields", b"title=%00&token=%00&tier=%00&quantity=%00"),
    posted("half characters in the fields", b"title=\xff\xfe&tier=%C3%28"),
    posted("every field named twice", b"title=a&title=b&quantity=1&quantity=2"),
    posted("a file where a text belongs", FILE_FOR_TEXT, kind=f"{PARTS}x"),
    Odd("a session of rubbish", headers={"Cookie": "portal_session=\x7f\x01; ;;=; messages=!!:??"}, expected=(302,)),
    Odd("a cookie of 60,000 characters", headers={"Cookie": "portal_session=" + "a" * 60_000}, expected=(302,)),
    Odd("languages of rubbish", headers={"Accept-Language": "zh;q=x,*;q=," + "a" * 6000, "Accept": ";;;,"}),
    Odd("dates of rubbish in headers", headers={"If-Modified-Since": "yesterday", "If-None-Match": '"\\'}),
    Odd("addresses of rubbish", headers={"X-Forwarded-For": "<script>, , ,::1%x", "X-Real-IP": "\x7f"}),
    Odd("a request number of 10,000 characters", headers={"X-Request-ID": "a" * 10_000, "X-Correlation-ID": "\x7f"}),
    Odd("htmx of rubbish", headers={"HX-Request": "maybe", "HX-Current-URL": "%%%", "HX-Target": "<>"}),
]
RANGES = ["bytes=abc", "bytes=5-1", "bytes=-0", "bytes=99999999999999999999-", "lines=1-2", "bytes=0-0,0-0," * 500]


@pytest.fixture(autouse=True)
def autumn_2021() -> Iterator[None]:
    """1 September 2021."""
    with time_machine.travel("2021-09-01T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def engineer(db: None) -> Practitioner:
    """Who sends all this."""
    return PractitionerFactory()


@pytest.fixture
def sender(engineer: Practitioner) -> Client:
    """Answers as a server does: what a view raises becomes a page."""
    client = PortalClient(raise_request_exception=False)
    client.force_login(engineer.user)
    return client


def test_the_table_is_as_long_as_promised() -> None:
    assert len({odd.name for odd in ODD}) == len(ODD) >= 25


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.name)
def test_an_odd_request_is_answered(sender: Client, odd: Odd) -> None:
    path = odd.path.encode("utf-8", "surrogateescape").decode("latin-1")
    sent = {"QUERY_STRING": odd.query, "PATH_INFO": path}
    if odd.method != "GET":
        sent["CONTENT_TYPE"] = odd.kind
    response: Any = sender.generic(odd.method, "/", odd.body, odd.kind, headers=odd.headers, **sent)
    page = response.getvalue().decode("utf-8", "replace")
    assert response.status_code in odd.expected
    assert "Traceback" not in page
    assert "Exception" not in page
    assert not Claim.objects.exists()


@pytest.mark.parametrize("given", RANGES)
def test_an_odd_range_of_a_file_is_answered_with_the_file_or_a_refusal(
    sender: Client, engineer: Practitioner, given: str, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    claim = submitted(engineer)
    address = f"/claims/{claim.pk}/evidence/{claim.evidence.get().pk}/"
    for path in (address, "/static/portal.css"):
        response: Any = sender.get(path, headers={"Range": given})
        assert response.status_code in (200, 206, 404, 416)
        assert "Traceback" not in response.getvalue().decode("latin-1")


RUBBISH = ("%00", "%FF%FE", "９", "99999999999999999999", "-1", "a" * 5000, "%7B%7B7*7%7D%7D", "[]")
LISTS = {
    "/review/": "city",
    "/compliance/standings/": "city",
    "/units/": "city",
    "/jobs/": "city",
    "/messages/": "city",
    "/audit/": "auditor",
    "/accounts/desk/": "sysadmin",
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", LISTS)
def test_every_parameter_of_a_list_may_be_rubbish(address: str) -> None:
    client = PortalClient(raise_request_exception=False)
    client.force_login(AppointmentFactory(**{LISTS[address]: True}).user)
    assert client.get(address).status_code == 200
    for value in RUBBISH:
        assert client.get(f"{address}?{'&'.join(f'{name}={value}' for name in PARAMETERS)}").status_code < 500, value
    for place, name in enumerate(PARAMETERS):
        for value in (RUBBISH[place % len(RUBBISH)], RUBBISH[(place + 3) % len(RUBBISH)]):
            assert client.get(f"{address}?{name}={value}").status_code < 500, (name, value)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 400),
        ("localhost.evil.example", 400),
        ("localhost@evil.example", 400),
        ("evil.example:80", 400),
        ("localhost:99999999", 200),
        ("localhost/evil", 400),
        ("<script>", 400),
        ("", 400),
        ("localhost", 200),
        ("127.0.0.1:8000", 200),
    ],
)
def test_the_portal_answers_under_its_own_names_alone(client: Client, db: None, host: str, status: int) -> None:
    response = client.get("/", headers={"Host": host})
    assert response.status_code == status
    if status == 400:
        assert response.content == b"Bad Request"


@pytest.mark.django_db
def test_a_mail_leads_to_the_portal_whatever_a_proxy_header_says(client: Client, mailoutbox: list[Any]) -> None:
    user = AppointmentFactory(user__email="office@example.com").user
    headers = {"Host": "localhost", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"}
    assert client.post("/accounts/password/reset/", {"email": user.email}, headers=headers).status_code == 302
    (mail,) = mailoutbox
    assert "http://localhost/accounts/password/reset/" in mail.body
    assert "evil" not in mail.body
