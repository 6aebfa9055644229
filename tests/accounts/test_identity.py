"""ID numbers, phones and codes of units, as tables."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from accounts.errors import InputError
from accounts.identity import check_id_number, check_org_code, check_phone, check_uscc
from accounts.masks import mask_id, mask_phone
from tests.factories import make_id_number, make_org_code, make_phone, make_uscc

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check(body: str) -> str:
    """GB 11643 as printed, apart from the library that the portal uses."""
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


GOOD = make_id_number()  # 330902 1985-06-15, male
GOOD_X = next(n for n in (make_id_number(serial=serial) for serial in range(99)) if n.endswith("X"))

# Every spelling that offices send, and the number it stands for.
ID_GOOD = [
    ("11010519491231002X", "11010519491231002X"),  # the example of GB 11643 itself
    (with_check("33090219850615003"), "330902198506150036"),
    (GOOD, GOOD),
    (f"  {GOOD}  ", GOOD),
    (f"{GOOD}\n", GOOD),
    (f"\u3000{GOOD}\u3000", GOOD),
    (f"{GOOD[:6]} {GOOD[6:14]} {GOOD[14:]}", GOOD),
    (f"{GOOD[:6]}-{GOOD[6:14]}-{GOOD[14:]}", GOOD),
    (f"{GOOD[:6]}\u00a0{GOOD[6:]}", GOOD),
    (f"\u202d{GOOD}\u202c", GOOD),
    (f"\ufeff{GOOD}", GOOD),
    (f"{GOOD[:9]}\u200b{GOOD[9:]}", GOOD),
    ("".join(chr(ord(digit) + 0xFEE0) for digit in GOOD), GOOD),
    (GOOD_X, GOOD_X),
    (GOOD_X.lower(), GOOD_X),
    (GOOD_X[:-1] + "Ｘ", GOOD_X),
    (GOOD_X[:-1] + "ｘ", GOOD_X),
    # counties of the city for births that python-stdnum's own check refuses
    *[
        (number, number)
        for code in ("330902", "330903", "330921", "330922")
        for number in (make_id_number(code, date(1970, 3, 1)), make_id_number(code, date(1985, 3, 1)))
    ],
    (make_id_number(birth=date(2000, 2, 29)), make_id_number(birth=date(2000, 2, 29))),
    (make_id_number("330900"), make_id_number("330900")),
    (make_id_number("110101"), make_id_number("110101")),
]

ID_BAD = [
    ("", "id_length"),
    ("1", "id_length"),
    (GOOD[:17], "id_length"),
    (GOOD + "0", "id_length"),
    ("330902850615001", "id_length"),
    ("3.30902E+17", "id_length"),
    (GOOD + GOOD, "id_length"),
    ("身份证号", "id_length"),
    (GOOD[:17] + "Y", "id_characters"),
    ("X" + GOOD[1:], "id_characters"),
    (GOOD[:10] + "O" + GOOD[11:], "id_characters"),
    (GOOD[:10] + "." + GOOD[11:], "id_characters"),
    (GOOD[:10] + "\u0663" + GOOD[11:], "id_characters"),  # an Arabic three is a digit to Python
    (GOOD[:10] + "三" + GOOD[11:], "id_characters"),
    ("=" + GOOD[1:], "id_characters"),
    (GOOD[:17] + "*", "id_characters"),
    (with_check("33090219851315001"), "id_birth"),
    (with_check("33090219850015001"), "id_birth"),
    (with_check("33090219850631001"), "id_birth"),
    (with_check("33090219850600001"), "id_birth"),
    (with_check("33090219850229001"), "id_birth"),  # no leap year
    (with_check("33090219000229001"), "id_birth"),  # 1900 was none
    (with_check("33090218991231001"), "id_birth"),
    (with_check("33090200000101001"), "id_birth"),
    (with_check("33090220990101001"), "id_birth"),
    (GOOD[:-1] + str((int(GOOD[-1]) + 1) % 10), "id_check_digit"),
    (GOOD[:16] + str((int(GOOD[16]) + 2) % 10) + GOOD[17], "id_check_digit"),
    (GOOD[:4] + GOOD[5] + GOOD[4] + GOOD[6:], "id_check_digit"),  # two digits swapped
    (GOOD[:-1] + "X", "id_check_digit"),
    ("330902198506150000", "id_check_digit"),
    ("\x00" + GOOD, "id_length"),
    (GOOD[:17] + "\x00", "id_characters"),
    (f"{GOOD}、{GOOD_X}", "id_length"),
    (f"330902{GOOD[6:12]}二十{GOOD[14:]}", "id_characters"),
    (GOOD[:-1] + "\u2169", "id_check_digit"),  # the Roman ten that some keyboards give for X, which it becomes
    (GOOD[:10] + "\u2160" + GOOD[11:], "id_characters"),
    (GOOD[:10] + "😀" + GOOD[11:], "id_characters"),
    ("3.3090219850615E+17", "id_length"),
    (with_check("33090219856415001"), "id_birth"),
    (with_check("33090219850132001"), "id_birth"),
    (with_check("33090219851131001"), "id_birth"),
    (with_check("33090221000101001"), "id_birth"),
    ("9" * 18, "id_birth"),
    ("0" * 18, "id_birth"),
]


def test_the_table_is_as_long_as_promised() -> None:
    assert len(dict(ID_BAD)) == len(ID_BAD) >= 40
    assert len(set(PHONES_BAD)) == len(PHONES_BAD) >= 15


@pytest.mark.parametrize(("text", "number"), ID_GOOD)
def test_id_numbers_that_hold(text: str, number: str) -> None:
    assert check_id_number(text).number == number


@pytest.mark.parametrize(("text", "code"), ID_BAD)
def test_id_numbers_that_do_not(text: str, code: str) -> None:
    with pytest.raises(InputError) as refusal:
        check_id_number(text)
    assert (refusal.value.code, refusal.value.field) == (code, "id_number")
    assert refusal.value.message.startswith(("身份证号", "15位"))
    assert len(text) < 6 or text not in refusal.value.message  # a message is logged and shown: never the number


def test_birth_and_sex_are_read_and_an_unknown_county_is_only_a_flag() -> None:
    found = check_id_number(make_id_number("330902", date(1992, 12, 31), "female", 7))
    assert (found.birth, found.sex, found.county_known) == (date(1992, 12, 31), "female", True)
    assert check_id_number(make_id_number("339999")).county_known is False
    assert check_id_number(make_id_number("330902", date(1970, 3, 1))).county_known  # whenever its code was given out


def test_every_other_last_character_is_noticed() -> None:
    for letter in "0123456789X".replace(GOOD[-1], ""):
        with pytest.raises(InputError):
            check_id_number(GOOD[:-1] + letter)


def test_the_made_up_numbers_of_the_tests_follow_the_standard() -> None:
    assert all(make_id_number(serial=n) == with_check(make_id_number(serial=n)[:17]) for n in range(60))


@time_machine.travel("2021-06-14T15:59:59Z")
def test_a_birth_is_never_after_today_in_shanghai() -> None:
    assert check_id_number(make_id_number(birth=date(2021, 6, 14))).birth == date(2021, 6, 14)
    with pytest.raises(InputError):
        check_id_number(make_id_number(birth=date(2021, 6, 15)))


PHONES_GOOD = [
    ("13800000000", "13800000000"),
    ("138 0000 0000", "13800000000"),
    ("138-0000-0000", "13800000000"),
    ("138–0000–0000", "13800000000"),
    ("+8613800000000", "13800000000"),
    ("+86 138 0000 0000", "13800000000"),
    ("8613800000000", "13800000000"),
    ("008613800000000", "13800000000"),
    ("１３８００００００００", "13800000000"),
    ("＋８６１３８００００００００", "13800000000"),
    ("\u202d13800000000\u202c", "13800000000"),
    (" 19912345678 ", "19912345678"),
    ("16612345678", "16612345678"),
    ("+852 5123 4567", "+85251234567"),
]
PHONES_BAD = [
    "",
    "1380000000",
    "138000000000",
    "12800000000",
    "05802020202",
    "0580-2020202",
    "2020202",
    "1380000000a",
    "电话13800000000",
    "zhang+85251234567",
    "13800000000;13900000000",
    "=13800000000",
    "1.38E+10",
    "+86 110",
    "+999 12345678",
    "\u0661\u0663\u0668\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0660",
]


@pytest.mark.parametrize(("text", "number"), PHONES_GOOD)
def test_phones_that_hold(text: str, number: str) -> None:
    assert check_phone(text) == number


@pytest.mark.parametrize("text", PHONES_BAD)
def test_phones_that_do_not(text: str) -> None:
    with pytest.raises(InputError) as refusal:
        check_phone(text, field="contact")
    assert (refusal.value.code, refusal.value.field) == ("phone_invalid", "contact")


USCC = make_uscc(12_345_678)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (USCC, USCC),
        (USCC.lower(), USCC),
        (f" {USCC[:8]} {USCC[8:]} ", USCC),
        ("91110000600037341L", "91110000600037341L"),  # the example of python-stdnum
    ],
)
def test_unified_codes_that_hold(text: str, code: str) -> None:
    assert check_uscc(text) == code


@pytest.mark.parametrize(
    "text", ["", USCC[:-1], USCC + "1", "I" + USCC[1:], USCC[:-1] + "!", USCC[:9] + "中" + USCC[10:]]
)
def test_unified_codes_that_do_not(text: str) -> None:
    with pytest.raises(InputError) as refusal:
        check_uscc(text)
    assert (refusal.value.code, refusal.value.field) == ("uscc_invalid", "uscc")


def test_every_wrong_last_character_of_a_unified_code_is_noticed() -> None:
    for letter in "0123456789ABCDEFGHJKLMNPQRTUWXY".replace(USCC[-1], ""):
        with pytest.raises(InputError):
            check_uscc(USCC[:-1] + letter)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("D21433524", None),  # GB 11714's letters count as 10 to 35; a wrong check digit
        ("600037341", "600037341"),
        ("60003734-1", "600037341"),
        (" ６０００３７３４１", "600037341"),
        *[(make_org_code(n), make_org_code(n)) for n in (1, 2, 3, 12_345_678)],
        ("", None),
        ("60003734", None),
        ("6000373411", None),
        ("600037342", None),
        ("60003734X", None),
        ("6000373中1", None),
    ],
)
def test_old_codes(text: str, code: str | None) -> None:
    if code:
        assert check_org_code(text) == code
        return
    with pytest.raises(InputError) as refusal:
        check_org_code(text)
    assert (refusal.value.code, refusal.value.field) == ("org_code_invalid", "old_code")


def test_an_old_code_may_end_in_x_or_nought() -> None:
    ends = {make_org_code(n)[-1] for n in range(40)}
    assert {"X", "0"} <= ends
    assert all(check_org_code(make_org_code(n)) for n in range(40))


def test_masks_show_six_and_four_and_three_and_four() -> None:
    assert mask_id(GOOD) == f"330902********{GOOD[-4:]}"
    assert mask_phone(make_phone(42)) == "138****0042"
    assert (mask_id("1234567"), mask_id(""), mask_phone("12345")) == ("***4567", "", "*****")
