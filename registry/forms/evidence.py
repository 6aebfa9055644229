"""Files handed in with a claim: one input for each proof that the activity asks for, each taking several files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.personal import hide_personal
from hours_rules.types import EvidenceRule

ACCEPT = "application/pdf,image/jpeg,image/png,.pdf,.ofd,.jpg,.jpeg,.png"


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; what each one is decides the command, by content."""

    widget = _ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """The files as a list, empty when none was chosen."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in given if file]


class EvidenceForm(forms.Form):
    """`token` makes a form posted twice add each of its files once."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, asked: Sequence[EvidenceRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for rule in asked:
            self.fields[self.field_name(rule.code)] = FilesField(
                label=f"上传{rule.name}",
                required=False,
                allow_empty_file=True,
                widget=_ManyFiles({"accept": ACCEPT, "multiple": True}),
                error_messages={"invalid": "没有收到文件，请重新选择后上传。"},
            )

    @staticmethod
    def field_name(kind: str) -> str:
        """Name of the input for one kind of proof."""
        return f"file_{kind}"

    def files_given(self) -> Iterator[tuple[str, UploadedFile[Any], UUID]]:
        """Kind, file, and a token of its own that is the same when the same form comes again."""
        for rule in self.asked:
            for place, file in enumerate(self.cleaned_data.get(self.field_name(rule.code), [])):
                yield rule.code, file, uuid5(self.cleaned_data["token"], f"{rule.code}:{place}")

    def refuse(self, kind: str, file: UploadedFile[Any], message: str, code: str) -> None:
        """Say on the kind's own input which file was not taken, and why."""
        name = hide_personal(file.name or "")
        self.add_error(self.field_name(kind), forms.ValidationError(f"“{name}”：{message}", code=code))
