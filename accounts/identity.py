"""ID numbers, phones and codes of units: what is accepted, and what each refusal says.

An ID number is judged by its check digit and birth date alone: python-stdnum's resident-ID check refuses county codes
outside their years, so a county it does not know is only a flag.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from django.utils import timezone
from stdnum import numdb
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as StdnumError

from accounts.errors import InputError

# White space, hyphens and dashes, and the invisible marks that come along when a number is copied.
_SPACES = re.compile(r"[\s\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060-\u2069\u2212\ufeff-]+")
PLAIN_MOBILE = re.compile(r"1[3-9][0-9]{9}")  # as nearly everybody writes it
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:0\d{2,3})?\d{7,8}(?:转\d{1,6})?|400\d{7}")
_DIALLED = re.compile(r"\+?[0-9()]{6,20}")
_OLD_ENOUGH = 2000  # born before: no need to ask today's date
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class IdNumber(NamedTuple):
    """A resident ID number that holds, with the birth date and sex it states and whether its county is known."""

    number: str
    birth: date
    sex: str
    county_known: bool


def normalise(text: str) -> str:
    """Full-width characters to half-width, no spaces or hyphens, upper case."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_id_number(text: str, field: str = "id_number") -> IdNumber:
    """A checked ID number. InputError: `id_length`, `id_characters`, `id_birth`, `id_check_digit`."""
    number = text.upper() if text.isascii() and text.isalnum() else normalise(text)
    if len(number) == 15 and number.isascii() and number.isdigit():
        raise InputError("id_length", "15位旧身份证号已停用，请填写18位身份证号。", field)
    if len(number) != 18:
        raise InputError("id_length", "身份证号应为18位。", field)
    if not (number[:17].isascii() and number[:17].isdigit() and number[17] in "0123456789X"):
        raise InputError("id_characters", "身份证号前17位应为数字，末位为数字或X。", field)
    birth = _date_of(number[6:14])
    if birth is None:
        raise InputError("id_birth", "身份证号中的出生日期不存在，请核对。", field)
    if birth.year < 1900 or birth.year >= _OLD_ENOUGH and birth > timezone.localdate():
        raise InputError("id_birth", "身份证号中的出生日期不合理，请核对。", field)
    if ric.calc_check_digit(number) != number[17]:  # takes the whole number and leaves its last character out
        raise InputError("id_check_digit", "身份证号校验位不符，请核对是否输错。", field)
    sex = "male" if int(number[16]) % 2 else "female"
    return IdNumber(number, birth, sex, _county_known(number[:6]))


@lru_cache(maxsize=50_000)  # a roster has thousands of people and few days
def _date_of(text: str) -> date | None:
    """A birth date of eight digits; None when there is no such day."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


@lru_cache(maxsize=10_000)  # a look-up takes 60 µs
def _county_known(county: str) -> bool:
    """Whether the county's code was given out in any year: most people's numbers are of before their county's code was
    changed, or were issued after they had moved."""
    return any("county" in said for _, said in numdb.get("cn/loc").info(county))


def check_phone(text: str, field: str = "phone") -> str:
    """A mobile number as 11 digits. InputError `phone_invalid`. The pattern decides plain mainland mobiles first."""
    if PLAIN_MOBILE.fullmatch(text):
        return text
    number = normalise(text)
    plain = re.sub(r"^(\+?86|0086)(?=1\d{10}$)", "", number)
    if plain.isascii() and _MOBILE.fullmatch(plain):
        return plain
    if not _DIALLED.fullmatch(number):
        raise InputError("phone_invalid", "手机号码应为11位，例如13800000000。", field)
    try:
        parsed = phonenumbers.parse(number, "CN")
    except phonenumbers.NumberParseException as error:
        raise InputError("phone_invalid", "手机号码应为11位，例如13800000000。", field) from error
    mobile = phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
    if parsed.country_code == 86 or not phonenumbers.is_valid_number(parsed) or not mobile:
        raise InputError("phone_invalid", "手机号码应为11位，例如13800000000。", field)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def check_telephone(text: str, field: str = "phone") -> str:
    """A unit's telephone as typed, a landline or a mobile. InputError `telephone_invalid`."""
    number = normalise(text)
    plain = re.sub(r"^(\+?86|0086)", "", number).replace("(", "").replace(")", "")
    if plain.isascii() and _MOBILE.fullmatch(plain) or _LANDLINE.fullmatch(plain):
        return " ".join(text.split())
    raise InputError("telephone_invalid", "联系电话应为固定电话（例如0580-2000000）或手机号码。", field)


def check_uscc(text: str, field: str = "uscc") -> str:
    """A 统一社会信用代码 of 18 characters. InputError `uscc_invalid`."""
    code = normalise(text)
    try:
        return str(uscc.validate(code))
    except StdnumError as error:
        raise InputError("uscc_invalid", "统一社会信用代码应为18位且校验位正确，请核对。", field) from error


def check_org_code(text: str, field: str = "old_code") -> str:
    """An old 组织机构代码 (GB 11714): eight characters and a check character. InputError `org_code_invalid`."""
    code = normalise(text)
    if len(code) == 9 and all(letter in _ORG_ALPHABET for letter in code[:8]):
        total = sum(_ORG_ALPHABET.index(letter) * weight for letter, weight in zip(code, _ORG_WEIGHTS, strict=False))
        check = 11 - total % 11
        if code[8] == ("X" if check == 10 else "0" if check == 11 else str(check)):
            return code
    raise InputError("org_code_invalid", "组织机构代码应为9位且校验位正确，请核对。", field)
