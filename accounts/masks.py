"""How ID numbers and phones are shown: never whole."""


def mask_id(number: str) -> str:
    """身份证号前6后4: `330902********1234`; anything shorter shows its last four at most."""
    if len(number) < 14:
        return "*" * max(len(number) - 4, 0) + number[-4:]
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"


def mask_phone(number: str) -> str:
    """手机号前3后4: `138****0000`."""
    if len(number) < 9:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
