"""学时证明 and 学时情况表 as PDF, in one official layout; the certificate is signed and carries its data inside.

Untagged, as a table of many pages is: tags made it twenty times larger.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from compliance.models import Certificate
from compliance.queries.certified import person_of, year_content
from hours_rules.types import Notice
from office.documents.pdf import render
from office.documents.qr import svg
from office.signatures.signing import sign
from registry.models import Practitioner
from registry.queries.notices import notice_called
from registry.queries.years import Year

TEMPLATE = Path(__file__).parent / "templates" / "certificate.typ"
ATTACHED = "certificate.json"
TITLE = "舟山市建设工程专业技术人员继续教育学时证明"
SHEET_TITLE = "舟山市建设工程专业技术人员继续教育学时情况表"
COLUMNS = ("序号", "完成日期", "学时事项及名称", "科目", "认定条款", "登记学时")
FIGURES = ("科目", "台账登记学时", "认定登记学时", "最低要求学时", "结论")
UNSIGNED = "未审核：本表为台账实时数据，未经年度审核，没有电子签章，不作为学时证明使用。"


def certified_data(certificate: Certificate) -> dict[str, Any]:
    """What the PDF carries inside: everything certified, the number, the code, and where to check it."""
    return {
        "number": certificate.number,
        "code": certificate.shown_code,
        "issued_on": timezone.localtime(certificate.issued_at).date().isoformat(),
        "check": check_address(certificate),
        **certificate.content,
    }


def check_address(certificate: Certificate) -> str:
    """Where the certificate is checked; without the portal's own address (PORTAL_URL) the path alone."""
    return f"{settings.PORTAL_URL}/c/{certificate.code}/"


def draw(certificate: Certificate) -> tuple[bytes, str]:
    """The signed PDF and the name of the key that signed it. KeyMissing, FontMissing, NotDrawn."""
    data = certified_data(certificate)
    years = data["years"]
    office = years[-1]["office"]
    page = {
        "form_title": TITLE,
        "number": certificate.number,
        "person": person_rows(data["person"]),
        "statement": _statement(data),
        "years": [_year(year) for year in years],
        "bases": _bases({year["notice"]["id"] for year in years}),
        "warning": "",
        "attached": ATTACHED,
        "sign": {"office": office, "day": in_words(data["issued_on"])},
        "columns": COLUMNS,
        "figures": FIGURES,
        "footer": f"学时证明 {certificate.number}",
    }
    raw = {
        "qr": svg(data["check"] if settings.PORTAL_URL else f"{data['number']} {data['code']}"),
        "address": f"{settings.PORTAL_URL}/certificates/check/" if settings.PORTAL_URL else "",
        "code": data["code"],
        "inside": json.dumps(data, ensure_ascii=False, sort_keys=True),
    }
    pdf = render(TEMPLATE, page, tagged=False, raw=raw)
    return sign(pdf, reason=f"学时证明{certificate.number}", name=office, place="舟山市")


def draw_sheet(practitioner: Practitioner, shown: Year) -> bytes:
    """学时情况表 of a year that is not passed: unsigned, and it says so at the head of it."""
    year = year_content(shown)
    today = timezone.localdate()
    page = {
        "form_title": SHEET_TITLE,
        "number": "",
        "person": person_rows(person_of(practitioner)),
        "statement": f"{shown.year}年度学时台账截至{in_words(today.isoformat())}的情况如下。",
        "years": [_year({**year, "passed_on": "", "office": "", "unit": ""})],
        "bases": _bases({shown.notice.id}),
        "warning": UNSIGNED,
        "sign": None,
        "attached": "",
        "columns": COLUMNS,
        "figures": FIGURES,
        "footer": "学时情况表（未审核）",
    }
    return render(TEMPLATE, page, tagged=False)


def person_rows(person: dict[str, str]) -> list[tuple[str, str]]:
    """姓名 and the rest, as label and text."""
    title = "，".join(part for part in (person["title"], person["level"]) if part)
    return [
        ("姓名", person["name"]),
        ("身份证号", person["id"]),
        ("单位", person["unit"]),
        ("专业", person["specialty"]),
        ("职称", title),
    ]


def in_words(day: str) -> str:
    """2021年4月26日, of an ISO date; "" of none."""
    if not day:
        return ""
    found = date.fromisoformat(day)
    return f"{found.year}年{found.month}月{found.day}日"


def year_words(year: dict[str, Any]) -> str:
    """The sentence under a year's heading: by whose sign-off, by which notice."""
    notice = year["notice"]
    passed = f"{year['office']}{in_words(year['passed_on'])}审核通过。" if year["passed_on"] else ""
    unit = f"年末所在单位：{year['unit']}。" if year["unit"] else ""
    return f"{passed}{unit}依据{notice['id']}第{notice['clause']}条。"


def notes_of(year: dict[str, Any]) -> list[str]:
    """Caps that took something away, and an adjustment of the minimums."""
    notes = [
        f"{cap['name']}台账登记{cap['recorded']}学时，按{cap['clause']}的年度上限认定登记{cap['counted']}学时。"
        for cap in year["caps"]
    ]
    lowered = [
        f"{row['name']}由{row['of_notice']}学时调整为{row['minimum']}学时"
        for row in year["figures"]
        if row["minimum"] != row["of_notice"]
    ]
    if lowered:
        notes.append(f"本年度最低要求经批准调整：{'、'.join(lowered)}。依据：{year['adjusted']}。")
    return notes


def figures_words(data: dict[str, Any]) -> list[str]:
    """Everything that a certificate's data certifies, a line each: for a terminal."""
    lines = [f"证明编号：{data['number']}", f"签发日期：{in_words(data['issued_on'])}"]
    lines += [f"{label}：{text}" for label, text in person_rows(data["person"])]
    for year in data["years"]:
        lines += ["", f"{year['year']}年度  {year_words(year)}"]
        lines += [
            f"  {row['name']}：台账登记{row['recorded']}，认定登记{row['counted']}，最低要求{row['minimum']}"
            for row in year["figures"]
        ]
        lines += [f"  {note}" for note in notes_of(year)]
        shown = ("on", "activity", "title", "category", "clause", "hours")
        lines += ["  " + "  ".join(line[name] for name in shown if line[name]) + "学时" for line in year["lines"]]
    return lines


def _year(year: dict[str, Any]) -> dict[str, Any]:
    return {
        "heading": f"{year['year']}年度",
        "words": year_words(year),
        "figures": [
            (row["name"], row["recorded"], row["counted"], row["minimum"], _verdict(row)) for row in year["figures"]
        ],
        "notes": notes_of(year),
        "lines": [
            (
                str(number),
                line["on"],
                line["activity"] + (f"：{line['title']}" if line["title"] else ""),
                line["category"],
                line["clause"],
                line["hours"],
            )
            for number, line in enumerate(year["lines"], start=1)
        ],
    }


def _verdict(row: dict[str, str]) -> str:
    missing = float(row["minimum"]) - float(row["counted"])
    return "达标" if missing <= 0 else f"缺{missing:g}"


def _statement(data: dict[str, Any]) -> str:
    years = "、".join(f"{year['year']}年度" for year in data["years"])
    notices = "、".join(dict.fromkeys(year["notice"]["id"] for year in data["years"]))
    return (
        f"兹证明{data['person']['name']}{years}参加专业技术人员继续教育的学时，经建设主管部门年度审核，"
        f"达到{notices}规定的要求，认定登记情况如下。"
    )


def _bases(notice_ids: set[str]) -> list[str]:
    notices: list[Notice] = [notice_called(each) for each in sorted(notice_ids)]
    found = [f"{notice.id}《{notice.title}》" for notice in notices]
    return found + [f"{basis.number}《{basis.title}》" for notice in notices for basis in notice.legal_bases]
