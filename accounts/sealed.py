"""Columns that hold sealed text: clear on the instance, bytes in the database, absent from everything else."""

from __future__ import annotations

from typing import Any

from django.db import models

from accounts.crypto import new_data_key, seal, unseal


class SealedValue:
    """A value still as the database gave it; opened on the first explicit read."""

    __slots__ = ("blob",)

    def __init__(self, blob: bytes) -> None:
        self.blob = blob

    def __repr__(self) -> str:
        return "<sealed>"


class _Sealed:
    """Descriptor: reading gives the clear text, writing seals it with the row's own data key."""

    def __init__(self, name: str, aad: str) -> None:
        self.name, self.aad = name, aad

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        if self.name not in row.__dict__:  # deferred
            row.refresh_from_db(fields=[self.name])
        value = row.__dict__[self.name]
        blob = value.blob if isinstance(value, SealedValue) else b""
        return unseal(row.data_key, blob, self.aad) if blob else ""

    def __set__(self, row: Any, value: Any) -> None:
        if isinstance(value, SealedValue):
            row.__dict__[self.name] = value
            return
        if isinstance(value, bytes | memoryview):
            row.__dict__[self.name] = SealedValue(bytes(value))
            return
        if not value:
            row.__dict__[self.name] = SealedValue(b"")
            return
        if (
            not row.data_key
        ):  # read through the row: a deferred key must be fetched, a second one would lock the rest out
            row.data_key = new_data_key()
        row.__dict__[self.name] = SealedValue(seal(row.data_key, value, self.aad))


class SealedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text sealed with the row's data key; `aad` names table and column, so that a value cannot be moved elsewhere."""

    def __init__(self, *args: Any, aad: str = "", **kwargs: Any) -> None:
        self.aad = aad
        kwargs.setdefault("default", b"")
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """With `aad`, for migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "aad": self.aad}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Put the descriptor where the attribute is read and written."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Sealed(self.attname, self.aad))

    def get_prep_value(self, value: Any) -> Any:
        """Refuse clear text: `filter`, `update` and `bulk_update` know no row and so no key."""
        if isinstance(value, str):
            raise TypeError(f"{self.name} is sealed: set it on an instance and save; look it up by its blind index")
        return super().get_prep_value(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002 - Django's signature
        """The bytes for the database, not the clear text that reading the attribute would give."""
        value = model_instance.__dict__.get(self.attname)
        return value.blob if isinstance(value, SealedValue) else b""

    def value_from_object(self, obj: models.Model) -> Any:
        """Never the clear text: this feeds serialisers and forms."""
        return self.pre_save(obj, add=False)


class SealedModel(models.Model):
    """A row whose sealed columns share one data key of its own."""

    data_key = models.BinaryField(max_length=120, default=b"", editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A sealed column is never saved without the key it was sealed with."""
        fields = kwargs.get("update_fields")
        if fields and any(isinstance(self._meta.get_field(name), SealedTextField) for name in fields):
            kwargs["update_fields"] = {*fields, "data_key"}
        super().save(*args, **kwargs)
