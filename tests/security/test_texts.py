"""Texts that a claim and a sign-up refuse, each on its own field with a message that names it; and those they keep."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import User
from office.audit.models import Event
from registry.models import Claim, Practitioner
from tests.factories import make_id_number, make_phone, region
from tests.registry.conftest import autumn_2021, engineer, own_media, person

__all__ = ["autumn_2021", "engineer", "own_media", "person"]

FACTS = reverse("registry:claim_facts", args=["licence_exam"])
SIGN_UP = reverse("registry:sign_up")
PHONE, ID_NUMBER = make_phone(31), make_id_number(serial=31)
CLAIM, PERSON = "claim", "person"
LABELS = {
    "title": "名称",
    "organiser": "主办（发证）单位",
    "certificate_number": "证书（文号）编号",
    "note": "说明",
    "name": "姓名",
    "specialty_other": "其他专业名称",
    "username": "用户名",
    "email": "电子邮箱",
    "organisation": "单位",
    "password1": "密码",
    "id_number": "身份证号",
    "phone": "手机号码",
}

# What is sent where, and the code it is refused with.
BAD: list[tuple[str, str, str, str]] = [
    (CLAIM, "title", "", "missing_title"),
    (CLAIM, "title", " \u3000\t ", "missing_title"),
    (CLAIM, "title", "考\x00试", "bad_characters"),
    (CLAIM, "title", "考\x07试", "bad_characters"),
    (CLAIM, "title", "考\x1b[31m试", "bad_characters"),
    (CLAIM, "title", "考\x7f试", "bad_characters"),
    (CLAIM, "title", "考\x85试", "bad_characters"),
    (CLAIM, "title", "两\n行", "bad_characters"),
    (CLAIM, "title", "两\u2028行", "bad_characters"),
    (CLAIM, "title", "证书\u202efdp.exe", "bad_characters"),
    (CLAIM, "title", "\u2066考试\u2069", "bad_characters"),
    (CLAIM, "title", "\u200b", "bad_characters"),
    (CLAIM, "title", "考\u200b试", "bad_characters"),
    (CLAIM, "title", "\ufeff考试", "bad_characters"),
    (CLAIM, "title", "考\u00ad试", "bad_characters"),
    (CLAIM, "title", "考\ue000试", "bad_characters"),
    (CLAIM, "title", "考\uffff试", "bad_characters"),
    (CLAIM, "title", "\U000e0041考试", "bad_characters"),
    (CLAIM, "title", "字" * 121, "too_long"),
    (CLAIM, "title", "𠮷" * 121, "too_long"),
    (CLAIM, "organiser", "字" * 5000, "too_long"),
    (CLAIM, "organiser", "a\u0000", "bad_characters"),
    (CLAIM, "certificate_number", "9" * 61, "too_long"),
    (CLAIM, "certificate_number", f"证{ID_NUMBER}", "personal"),
    (CLAIM, "note", "字" * 501, "too_long"),
    (CLAIM, "note", "行\x0b行", "bad_characters"),
    (CLAIM, "note", f"请联系 {PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}", "personal"),
    (CLAIM, "note", f"本人{ID_NUMBER}", "personal"),
    (PERSON, "name", " \u3000 ", "required"),
    (PERSON, "name", "陈\u200d海", "bad_characters"),
    (PERSON, "name", "\u202e生海陈", "bad_characters"),
    (PERSON, "name", "陈海生😀", "name_characters"),
    (PERSON, "name", "<b>陈</b>", "name_characters"),
    (PERSON, "name", "陈海生1", "name_characters"),
    (PERSON, "name", "陈'; DROP TABLE x; --", "name_characters"),
    (PERSON, "name", "·陈", "name_characters"),
    (PERSON, "name", "陈" * 51, "too_long"),
    (PERSON, "name", PHONE, "personal"),
    (PERSON, "specialty_other", "海\x08洋", "bad_characters"),
    (PERSON, "specialty_other", "海" * 31, "too_long"),
    (PERSON, "username", "chen\x00", "null_characters_not_allowed"),
    (PERSON, "username", "<script>", "username_invalid"),
    (PERSON, "username", "a" * 41, "max_length"),
    (PERSON, "email", "a@b", "invalid"),
    (PERSON, "email", "a@example.com\nBcc: b@example.com", "invalid"),
    (PERSON, "email", f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.com", "max_length"),
    (PERSON, "email", f"{PHONE}@example.com", "personal"),
    (PERSON, "organisation", "某" * 101, "max_length"),
    (PERSON, "password1", "a" * 129, "max_length"),
    (PERSON, "id_number", "三" * 41, "max_length"),
    (PERSON, "phone", "1" * 31, "max_length"),
]
# Rare, foreign or dangerous only to those who do not escape: kept as they are.
GOOD = [
    "𠮷野家杯𬭚𫖯",
    "Ångström–Čapek №5 ½",
    "<script>alert('考试')</script>",
    "{{ claim.title }}{% now 'Y' %}",
    "' OR 1=1; DROP TABLE registry_claim; --",
    '=HYPERLINK("http://x")',
    "100% ％ & &amp; %00",
    "第一届👍大赛",
    "བོད་ཡིག མཐོ་རིམ",
    "字" * 120,
]


def claim_form(**changes: str) -> dict[str, str]:
    """An exam of one subject."""
    facts = {"tier": "national", "quantity": "1", "started_on": "2021-05-22", "ended_on": "2021-05-23"}
    return {"token": str(uuid.uuid4()), "title": "一级建造师考试", **facts, **changes}


def person_form(**changes: str) -> dict[str, Any]:
    """Somebody without a unit."""
    given = {
        "name": "陈海生",
        "id_number": ID_NUMBER,
        "phone": PHONE,
        "password1": "Sea-Bridge-2021",
        "password2": "Sea-Bridge-2021",
        "specialty": "structure",
        "title_level": "middle",
        "region": region("putuo").pk,
        "agree": "on",
    }
    if "specialty_other" in changes:
        given["specialty"] = "other"
    if "password1" in changes:
        given["password2"] = changes["password1"]
    return {**given, **changes}


def everything() -> list[int]:
    return [table.objects.count() for table in (Claim, Event, Practitioner, User)]


def test_the_table_is_as_long_as_promised() -> None:
    assert len({row[1:3] for row in BAD}) == len(BAD) >= 30


@pytest.mark.parametrize(("form", "field", "text", "code"), BAD)
def test_a_bad_text_is_refused_on_its_field_and_nothing_is_kept(
    engineer: Client, form: str, field: str, text: str, code: str
) -> None:
    before = everything()
    if form == CLAIM:
        response: Any = engineer.post(FACTS, claim_form(**{field: text}))
    else:
        response = Client().post(SIGN_UP, person_form(**{field: text}))
    assert response.status_code == 422
    errors = response.context["form"].errors.as_data()
    assert {name: [error.code for error in found][:1] for name, found in errors.items() if name != "password2"} == {
        field: [code]
    }
    (message,) = errors[field][0].messages
    assert LABELS[field] in message
    page = response.content.decode()
    assert f'href="#id_{field}"' in page
    assert escape(message) in page
    assert everything() == before


@pytest.mark.parametrize("text", GOOD)
def test_a_rare_text_is_kept_and_shown_as_it_is(engineer: Client, text: str) -> None:
    assert engineer.post(FACTS, claim_form(title=text)).status_code == 302
    claim = Claim.objects.get()
    assert claim.title == text
    for address in (reverse("registry:claim_detail", args=[claim.pk]), reverse("registry:claim_list")):
        page = engineer.get(address).content.decode()
        assert escape(text) in page
        assert "<script>alert" not in page


@pytest.mark.parametrize("name", ["阿卜杜热合曼·买买提", "欧阳𬭚", "Jean-Luc O’Neil", "陈 海生", "Đặng Thị Hoà"])
def test_names_of_every_kind_are_kept(db: None, client: Client, name: str) -> None:
    assert client.post(SIGN_UP, person_form(name=name)).status_code == 302
    assert Practitioner.objects.get().name == (name.replace(" ", "") if name == "陈 海生" else name)


@pytest.mark.parametrize("number", ["105611201105002345", "15012345678", "ZJ-2021-000123456789012345"])
def test_a_certificates_number_may_look_like_a_phone(engineer: Client, number: str) -> None:
    assert engineer.post(FACTS, claim_form(certificate_number=number)).status_code == 302
    assert Claim.objects.get().certificate_number == number
