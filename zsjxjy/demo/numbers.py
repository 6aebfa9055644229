"""Numbers that pass every check and belong to nobody.

- ID numbers carry the serials 996 to 999, which GB 11643 keeps for people over a hundred, with birth dates of people
  at work: no such number was ever issued.
- Mobile numbers begin with 154, a prefix that no carrier was given.
- Codes of units contain DEM0 where the register puts digits or MA.
"""

from __future__ import annotations

from datetime import date

from stdnum.cn import ric, uscc

SERIALS = {"male": ("997", "999"), "female": ("996", "998")}  # odd for men, even for women
COUNTIES = {"city": "330901", "dinghai": "330902", "putuo": "330903", "daishan": "330921", "shengsi": "330922"}
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def id_number(region: str, birth: date, sex: str, twin: int = 0) -> str:
    """An ID number of the region (its code); `twin` 0 or 1 tells two people of one day, place and sex apart."""
    body = f"{COUNTIES[region]}{birth:%Y%m%d}{SERIALS[sex][twin]}"
    return body + ric.calc_check_digit(body + "?")


def phone(n: int) -> str:
    """The n-th mobile number."""
    return f"154{n:08d}"


def org_code(n: int) -> str:
    """The n-th 组织机构代码 (GB 11714), n < 10,000."""
    body = f"DEM0{n:04d}"
    check = 11 - sum(_LETTERS.index(letter) * weight for letter, weight in zip(body, _WEIGHTS, strict=True)) % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))


def unit_code(region: str, n: int, registered_as: str = "91") -> str:
    """The n-th 统一社会信用代码, registered in the region; "91" is an enterprise's."""
    body = f"{registered_as}{COUNTIES[region]}{org_code(n)}"
    return body + uscc.calc_check_digit(body)
