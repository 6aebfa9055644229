"""Sealed columns: clear on the instance when asked, bytes everywhere else."""

from __future__ import annotations

import pickle

import pytest
from cryptography.exceptions import InvalidTag
from django.core import serializers
from django.db import connection, transaction
from django.forms.models import model_to_dict

from accounts.models import User
from tests.factories import UserFactory

PHONE = "13900001111"
pytestmark = pytest.mark.django_db


def stored(user: User) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user WHERE id = %s", [user.pk])
        return bytes(cursor.fetchone()[0])


def test_the_column_holds_bytes_and_the_instance_reads_clear_text() -> None:
    user = UserFactory(phone=PHONE)
    assert PHONE.encode() not in stored(user)
    assert User.objects.get(pk=user.pk).phone == PHONE
    user.refresh_from_db()
    assert user.phone == PHONE


def test_clear_text_is_in_no_repr_values_dict_serialiser_or_pickle() -> None:
    user = UserFactory(phone=PHONE)
    seen = [
        repr(user),
        str(user),
        repr(user.__dict__),
        repr(list(User.objects.values())),
        repr(list(User.objects.values_list("phone", flat=True))),
        repr(model_to_dict(user, fields=["phone"])),
        serializers.serialize("json", [user]),
        repr(pickle.dumps(user)),
    ]
    assert not [text for text in seen if PHONE in text]


def test_bulk_create_seals_each_row_with_its_own_key() -> None:
    users = [UserFactory.build(username=f"bulk{n}", phone=f"1390000{n:04d}") for n in range(20)]
    User.objects.bulk_create(users)
    found = list(User.objects.filter(username__startswith="bulk").order_by("pk"))
    assert [user.phone for user in found] == [f"1390000{n:04d}" for n in range(20)]
    assert len({bytes(user.data_key) for user in found}) == 20


def test_an_empty_value_needs_no_key_and_reads_empty() -> None:
    user = UserFactory(phone="")
    assert (User.objects.get(pk=user.pk).phone, stored(user), bytes(user.data_key)) == ("", b"", b"")


def test_saving_only_the_sealed_column_saves_its_key_with_it() -> None:
    user = UserFactory(phone="")
    user.phone = PHONE
    user.save(update_fields=["phone"])
    assert User.objects.get(pk=user.pk).phone == PHONE


def test_setting_a_value_on_a_row_read_without_its_key_keeps_the_key() -> None:
    user = UserFactory(phone=PHONE)
    partly = User.objects.only("username").get(pk=user.pk)
    partly.phone = "13900002222"
    partly.save()
    again = User.objects.get(pk=user.pk)
    assert again.phone == "13900002222"
    assert bytes(again.data_key) == bytes(user.data_key)


def test_deferred_columns_are_read_when_asked() -> None:
    user = UserFactory(phone=PHONE)
    assert User.objects.only("username").get(pk=user.pk).phone == PHONE
    assert User.objects.defer("data_key").get(pk=user.pk).phone == PHONE


def test_bulk_writes_and_look_ups_of_clear_text_are_refused() -> None:
    user = UserFactory(phone=PHONE)
    with pytest.raises(TypeError, match="sealed"), transaction.atomic():
        User.objects.filter(pk=user.pk).update(phone="13900002222")
    with pytest.raises(TypeError, match="sealed"):
        User.objects.filter(phone=PHONE).exists()
    with pytest.raises(TypeError, match="sealed"), transaction.atomic():
        User.objects.bulk_update([user], ["phone"])
    assert User.objects.get(pk=user.pk).phone == PHONE


def test_a_value_copied_to_another_row_does_not_open() -> None:
    victim, other = UserFactory(phone=PHONE), UserFactory()
    User.objects.filter(pk=other.pk).update(phone=stored(victim))
    with pytest.raises(InvalidTag):
        _ = User.objects.get(pk=other.pk).phone


def test_destroying_the_data_key_makes_the_value_unreadable() -> None:
    user = UserFactory(phone=PHONE)
    User.objects.filter(pk=user.pk).update(data_key=b"")
    with pytest.raises(InvalidTag):
        _ = User.objects.get(pk=user.pk).phone
