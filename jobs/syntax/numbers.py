"""A number exactly as it is written, and the limit beyond which a number is refused.

Whole numbers become int, all others Decimal; nothing passes through a float. A few characters can write a number that
fills the memory (`1e999999999`), so size and digits are judged on the text, before any arithmetic. A
number is also refused when it has more than 40 places behind the point once its exponent is written out.
"""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, Context, Decimal

DIGITS = 40
EXPECTED = "a number below 1e40 with at most 40 digits"

_JSON_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")
_LARGEST = 10**DIGITS - 1
_ROUGH = Context(prec=DIGITS, rounding=ROUND_DOWN)
_MAX_EXPONENT = 10**6
"""Longer exponents are all alike: far beyond the limit."""


class NumberTooLong(ValueError):
    """`nearest` is a number within the limit, for reading on and finding the file's other problems."""

    def __init__(self, nearest: int | Decimal) -> None:
        super().__init__(EXPECTED)
        self.nearest = nearest


def is_json_number(text: str) -> bool:
    """Whether the text is a number as JSON writes it: no `+`, no leading zero, a digit on both sides of the point."""
    return _JSON_NUMBER.fullmatch(text) is not None


def exact(text: str) -> int | Decimal:
    """The number that a JSON number's text stands for; `-0` is 0. Raises NumberTooLong."""
    parts = _JSON_NUMBER.fullmatch(text)
    assert parts is not None, "only called with the text of a JSON number"
    sign, whole, fraction, exponent = parts[1], parts[2], parts[3] or "", parts[4]
    if parts[3] is None and exponent is None:
        return _whole(sign, whole)
    power = _bounded(exponent or "0") - len(fraction)
    digits = (whole + fraction).lstrip("0")
    if not digits and len(whole + fraction) <= DIGITS:
        return Decimal("0" if exponent else f"0.{fraction}")
    if digits and len(digits) + power > DIGITS:
        raise NumberTooLong(Decimal(f"{sign}{_LARGEST}"))
    if len(whole + fraction) > DIGITS or power < -DIGITS:
        raise NumberTooLong(_rough(sign, digits, power))
    return Decimal(f"{sign}{digits}e{power}")


def _whole(sign: str, whole: str) -> int:
    if len(whole) > DIGITS:
        raise NumberTooLong(int(f"{sign}{_LARGEST}"))
    return int(sign + whole)


def _bounded(exponent: str) -> int:
    """The exponent, or a far smaller one of the same sign that is refused just as well."""
    if len(exponent.lstrip("+-0")) <= len(str(_MAX_EXPONENT)):
        return int(exponent)
    return -_MAX_EXPONENT if exponent.startswith("-") else _MAX_EXPONENT


def _rough(sign: str, digits: str, power: int) -> Decimal:
    """The number cut to 40 digits and 40 places."""
    kept = digits[: max(len(digits) + power + DIGITS, 0)][:DIGITS] or "0"
    value = _ROUGH.create_decimal(f"{kept}e{power + len(digits) - len(kept)}") if kept != "0" else Decimal(0)
    return value.copy_negate() if sign and value else value
