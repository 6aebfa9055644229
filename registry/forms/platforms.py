"""What the pages of platform imports read in: a file, what its columns mean, the confirmation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from accounts.forms import TextField
from registry.commands.platforms.columns import CATEGORY_WORDS, COLUMNS, PASSED
from registry.commands.platforms.profiles import ProfileInput
from registry.models import ImportProfile
from registry.queries.platforms import platform_names

_PARTS = re.compile(r"[、,，;；\s]+")


class UploadForm(forms.Form):
    """One platform's export."""

    platform = forms.ChoiceField(
        label="学习平台",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择学习平台。", "invalid_choice": "请选择列表中的平台。"},
    )
    file = forms.FileField(
        label="平台导出的文件",
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ".xlsx,.xls,.ods"}),
        error_messages={"required": "请选择文件。", "invalid": "没有收到文件，请重新选择后上传。"},
    )

    def __init__(self, *args: Any, megabytes: int, rows: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["platform"].choices = list(platform_names().items())  # type: ignore[attr-defined]
        self.fields["file"].help_text = f".xlsx、.xls 或 .ods 表格，不超过{megabytes}MB、{rows}行。"


class ProfileForm(forms.Form):
    """What each column means. With `headings` the columns are chosen from a file's, else their names are typed."""

    name = TextField(label="方案名称", most=60, error_messages={"required": "请填写方案名称。"})
    category = forms.ChoiceField(
        label="科目",
        required=False,
        help_text="整个文件属于同一科目的，在此选定；否则按科目列，没有科目列的按年度规定课程名单。",
        error_messages={"invalid_choice": "请选择列表中的科目。"},
    )
    passed_words = forms.CharField(
        label="考试结果列中表示合格的文字", required=False, max_length=400, help_text="用“、”分开。"
    )
    pass_mark = forms.IntegerField(
        label="合格分数（选填）",
        required=False,
        widget=forms.NumberInput({"min": 1, "class": "short"}),
        help_text="考试结果列填写分数的，达到此分数为合格。",
        error_messages={"invalid": "合格分数应为整数。"},
    )
    only_passed = forms.BooleanField(label="文件没有考试结果列，但平台只导出考试合格的记录", required=False)

    def __init__(
        self, *args: Any, names: Mapping[str, str], headings: Sequence[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = {code: names[code] for code in CATEGORY_WORDS if code in names}
        columns = {column.key: _column_field(column, headings) for column in COLUMNS}
        words = {
            f"words_{code}": forms.CharField(label=f"科目列中表示{name}的文字", required=False, max_length=400)
            for code, name in self.names.items()
        }
        rest = dict(self.fields)
        self.fields = {
            "name": rest.pop("name"),
            **_prefixed(columns),
            "category": rest.pop("category"),
            **words,
            **rest,
        }
        self.fields["category"].choices = [("", "按科目列或规定课程名单"), *self.names.items()]  # type: ignore[attr-defined]

    def data_given(self) -> ProfileInput:
        """What the command takes."""
        data = self.cleaned_data
        categories = {word: code for code in self.names for word in _parts(data[f"words_{code}"])}
        return ProfileInput(
            name=data["name"],
            columns={c.key: data[f"column_{c.key}"] for c in COLUMNS if data[f"column_{c.key}"]},
            category=data["category"],
            categories=categories,
            passed=_parts(data["passed_words"]),
            pass_mark=data["pass_mark"],
            only_passed=data["only_passed"],
        )

    def refuse(self, field: str, message: str, code: str) -> None:
        """Put a command's refusal on the input it is about."""
        name = next((name for name in (field, f"column_{field}") if name in self.fields), None)
        self.add_error(name, forms.ValidationError(message, code=code))


def initial_of_guess(guess: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What the form shows for a file that no profile fits."""
    return {
        "name": name,
        **{f"column_{key}": heading for key, heading in guess.get("columns", {}).items()},
        **{f"words_{code}": "、".join(words) for code, words in guess.get("words", {}).items()},
        "passed_words": "、".join(PASSED),
        "pass_mark": 60 if _are_marks(guess.get("results", ())) else None,
    }


def initial_of_profile(profile: ImportProfile) -> dict[str, Any]:
    """What the form shows of a kept profile."""
    words: dict[str, list[str]] = {}
    for word, code in profile.categories.items():
        words.setdefault(code, []).append(word)
    return {
        "name": profile.name,
        **{f"column_{key}": heading for key, heading in profile.columns.items()},
        "category": profile.category,
        **{f"words_{code}": "、".join(some) for code, some in words.items()},
        "passed_words": "、".join(profile.passed),
        "pass_mark": profile.pass_mark,
        "only_passed": profile.only_passed,
    }


class ConfirmForm(forms.Form):
    """Whether rows with findings are imported, too, and why."""

    with_warnings = forms.BooleanField(label="有提示的记录一并导入", required=False)
    reason = TextField(
        label="一并导入的理由",
        most=500,
        lines=True,
        required=False,
        help_text="导入有提示的记录时必填；请勿填写身份证号和手机号码。",
    )


class UndoForm(forms.Form):
    """Why what was credited is undone."""

    reason = TextField(
        label="撤销理由",
        most=500,
        lines=True,
        required=False,
        help_text="有关人员会看到；请勿填写身份证号和手机号码。",
    )


def _prefixed(fields: Mapping[str, forms.Field]) -> dict[str, forms.Field]:
    return {f"column_{key}": field for key, field in fields.items()}


def _column_field(column: Any, headings: Sequence[str] | None) -> forms.Field:
    label = f"“{column.title}”列" if column.required else f"“{column.title}”列（选填）"
    missing = f"请指明哪一列是“{column.title}”。"
    if headings is None:
        return TextField(label=label, most=40, required=column.required, error_messages={"required": missing})
    choices = [("", "—请选择—" if column.required else "文件中没有"), *((text, text) for text in headings)]
    errors = {"required": missing, "invalid_choice": "请选择文件中的列。"}
    return forms.ChoiceField(label=label, choices=choices, required=column.required, error_messages=errors)


def _parts(text: str) -> list[str]:
    return list(dict.fromkeys(part for part in _PARTS.split(text) if part))


def _are_marks(values: Iterable[str]) -> bool:
    given = list(values)
    return bool(given) and all(value.replace(".", "", 1).isdigit() for value in given)
