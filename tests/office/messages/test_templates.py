"""The texts: every one renders, fits its place, and holds no ID number or phone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.conf import settings

from accounts.personal import HIDDEN, PersonalDataRefused, hide_personal, holds_personal
from office.messages.models import Message
from office.messages.templates import TYPED_LIMIT, TemplateError, load, template_of, templates, topics
from tests.factories import make_id_number, make_phone
from tests.office.messages.telling import RETURNED

GOOD = """
[topics]
news = "新闻"
[told]
topic = "news"
title = "关于{what}"
body = "{what}：{why}"
channels = ["email", "sms"]
sms = "关于{what}"
typed = ["why"]
"""
SMS_ALONE = '[code]\nportal = false\nchannels = ["sms"]\nsms = "{code}"\n'
ROOMS = ("accounts", "office", "registry", "units", "courses", "compliance", "zsjxjy")


@pytest.mark.parametrize("kind", templates())
def test_every_text_renders_and_fits_its_place(kind: str) -> None:
    template = template_of(kind)
    long = dict.fromkeys(template.parameters, "长" * 30) | dict.fromkeys(template.typed, "长" * 2000)
    text = template.render(long)
    assert "{" not in text.title + text.body + text.sms
    assert len(text.title) <= Message._meta.get_field("title").max_length
    assert len(text.body) <= Message._meta.get_field("body").max_length
    assert len(template.sms) <= 70, "one SMS holds 70 characters"
    assert template.topic in topics() or not template.portal


def test_every_kind_that_code_names_has_its_text_and_every_text_is_used() -> None:
    named = {
        node.value
        for room in ROOMS
        for path in (Path(settings.BASE_DIR) / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert sorted(templates().keys() - named) == []


def test_the_table_of_the_tests_holds_as_it_stands() -> None:
    told = load(GOOD)[0]["told"]
    assert told.parameters == {"what", "why"}
    assert load(SMS_ALONE)[0]["code"].portal is False


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "关于{what}"', "", "needs title and body"),
        ('body = "{what}：{why}"', "", "needs title and body"),
        ('topic = "news"', 'topic = "olds"', "is no topic"),
        ('topic = "news"', "", "is no topic"),
        ('["email", "sms"]', '["email", "fax"]', "fax is no channel"),
        ('["email", "sms"]', '["email"]', "an SMS needs its channel"),
        ('sms = "关于{what}"', "", "an SMS needs its channel"),
        ('typed = ["why"]', 'typed = ["who"]', "who is typed and stands nowhere"),
        ('typed = ["why"]', 'typed = ["what"]', "goes into no title and no SMS"),
        ('title = "关于{what}"', 'title = "关于\\n{what}"', "one line each"),
        ('sms = "关于{what}"', 'sms = "关于\\n{what}"', "one line each"),
        ('typed = ["why"]', "colour = 1", "colour is not known"),
        ("{why}", "{why.secret}", "must be a bare name"),
        ("{why}", "{0}", "must be a bare name"),
        ("{why}", "{why:>10}", "must be a bare name"),
        ("{why}", "{why!r}", "must be a bare name"),
        ('topic = "news"', "portal = false", "goes out alone has no parameters"),
    ],
)
def test_a_table_that_does_not_hold_says_why(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(TemplateError, match=said):
        load(GOOD.replace(old, new))


def test_a_mail_that_goes_out_alone_needs_its_own_words() -> None:
    both = SMS_ALONE.replace('["sms"]', '["sms", "email"]')
    with pytest.raises(TemplateError, match="needs title and body"):
        load(both)
    assert load(f'{both}title = "邀请"\nbody = "{{code}}"\n')[0]["code"].body == "{code}"


@pytest.mark.parametrize("given", [{}, {"what": "x"}, {"what": "x", "why": "y", "who": "z"}])
def test_a_call_gives_the_parameters_of_its_text_and_no_others(given: dict[str, str]) -> None:
    with pytest.raises(TemplateError, match="missing or unknown"):
        load(GOOD)[0]["told"].render(given)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TemplateError, match="no.such"):
        template_of("no.such")


@pytest.mark.parametrize("number", [make_id_number(), make_phone(3), f"+86{make_phone(3)}"])
@pytest.mark.parametrize("name", ["number", "office"])
def test_an_id_number_or_phone_is_refused(number: str, name: str) -> None:
    with pytest.raises(PersonalDataRefused):
        template_of("claim.returned").render(RETURNED | {name: f"见{number}"})


@pytest.mark.parametrize("number", [make_id_number(), make_phone(3), "138 0000 0003", "１３８００００００３３"])
@pytest.mark.parametrize("name", ["reason", "subject"])
def test_in_what_people_type_it_is_hidden(number: str, name: str) -> None:
    text = template_of("claim.returned").render(RETURNED | {name: f"请联系{number}。"})
    assert f"请联系{HIDDEN}。" in text.body


def test_what_people_type_is_cut_to_its_length() -> None:
    body = template_of("claim.returned").render(RETURNED | {"reason": "长" * 900}).body
    assert "长" * TYPED_LIMIT + "…" in body
    assert "长" * (TYPED_LIMIT + 1) not in body


def test_braces_that_people_type_stay_as_they_are() -> None:
    assert "{number}{0}%s" in template_of("claim.returned").render(RETURNED | {"reason": "{number}{0}%s"}).body


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (make_phone(1), True),
        (f"电话：{make_phone(1)}，谢谢", True),
        ("138-0000-0001", True),
        ("+86 138 0000 0001", True),
        ("008613800000001", True),
        ("１３８００００００１１", True),
        (make_id_number(), True),
        ("330902 19850615 1234", True),
        ("33090219850615123x", True),
        ("SB20210000001", False),
        ("0580-2021234", False),
        ("12800000000", False),
        ("1380000000", False),
        ("138000000012", False),
        ("3309021985061512345", False),
        ("a13800000001", False),
        ("00000000-0000-4000-8000-013800000001", False),
        ("f" * 20 + "13800000001" + "f" * 33, False),
        ("2021-06-01T13:45:00.123456+08:00", False),
        ("", False),
    ],
)
def test_what_counts_as_an_id_number_or_phone(text: str, found: bool) -> None:
    assert holds_personal(text) is found
    assert (HIDDEN in hide_personal(text)) is found
