"""What the pages of the notices read in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.forms import TextField

MOST_BYTES = 1024 * 1024


class DraftForm(forms.Form):
    """The text of a notice, typed in or as a file; and what was changed."""

    file = forms.FileField(
        label="选择文件（.toml，UTF-8编码）",
        required=False,
        help_text="选了文件的，以文件为准。",
        error_messages={"empty": "文件是空的，请重新选择。", "invalid": "没有收到文件，请重新选择后上传。"},
    )
    text = forms.CharField(
        label="标准正文",
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 24, "spellcheck": "false", "class": "code"}),
    )
    remark = forms.CharField(
        label="修改说明",
        max_length=300,
        error_messages={"required": "请写明修改了什么、依据是什么。"},
        help_text="复核人据此核对，并留在版本记录中。",
    )

    def clean(self) -> dict[str, Any]:
        """The file's text instead of the field's, when there is a file."""
        data: dict[str, Any] = super().clean() or {}
        upload: UploadedFile[bytes] | None = data.get("file")
        if upload is not None:
            data["text"] = self._text_of(upload)
        elif not str(data.get("text", "")).strip() and "file" not in self.errors:
            self.add_error("text", forms.ValidationError("请填写标准正文，或选择文件。", code="required"))
        return data

    def _text_of(self, upload: UploadedFile[bytes]) -> str:
        if (upload.size or 0) > MOST_BYTES:
            self.add_error("file", forms.ValidationError("文件超过1MB，请核对是否选错了文件。", code="too_large"))
            return ""
        try:
            return str(upload.read(), "utf-8-sig")
        except UnicodeDecodeError:
            error = forms.ValidationError("文件不是UTF-8编码的文本，请另存为UTF-8后上传。", code="encoding")
            self.add_error("file", error)
            return ""


class ReasonForm(forms.Form):
    """Why a draft is sent back or given up."""

    reason = TextField(label="理由", most=500, lines=True, required=False)
