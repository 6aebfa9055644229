"""Surnames are read as surnames, in new names and, by the migration, in those that are there."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from registry.commands.surnames import SURNAMES, sort_key
from registry.models import Practitioner
from tests.registry.people import PractitionerFactory

READ = {
    "曾海生": "zeng hai sheng",
    "单梁": "shan liang",
    "单于梁": "chan yu liang",
    "解桥": "xie qiao",
    "查桩": "zha zhuang",
    "区檐": "ou yan",
    "仇塔": "qiu ta",
    "翟堤": "zhai di",
    "乐正砖": "yue zheng zhuan",
    "海曾": "hai ceng",  # not its surname
    "欧阳廊": "ou yang lang",
    "尉迟瓦": "yu chi wa",
    "万俟墩": "mo qi dun",
    "陈海生": "chen hai sheng",
    "John Smith": "john smith",
    "": "",
}


@pytest.mark.parametrize("name", READ)
def test_a_name_is_read(name: str) -> None:
    assert sort_key(name) == READ[name]


def test_a_key_fits_its_column() -> None:
    assert len(sort_key("双" * 50)) <= 200
    assert all(sort_key(surname) == reading for surname, reading in SURNAMES.items())


@pytest.mark.django_db
def test_people_who_are_there_already_are_sorted_anew() -> None:
    old = PractitionerFactory(name="曾海生", name_sort="ceng hai sheng")
    right = PractitionerFactory(name="陈海生", name_sort="chen hai sheng")
    import_module("registry.migrations.0016_surname_readings").read_again(apps, None)
    keys = dict(Practitioner.objects.values_list("pk", "name_sort"))
    assert keys == {old.pk: "zeng hai sheng", right.pk: "chen hai sheng"}
