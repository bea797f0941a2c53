"""Texts of a delivery that the catalog says are `written` otherwise, turned into the default form one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Declared = Mapping[str, Any]

_DIGITS = {
    "YYYY": r"(?P<y>\d{4})", "MM": r"(?P<m>\d{2})", "M": r"(?P<m>\d{1,2})", "DD": r"(?P<d>\d{2})", "D": r"(?P<d>\d{1,2})",
    "HH": r"(?P<h>\d{2})", "H": r"(?P<h>\d{1,2})", "mm": r"(?P<n>\d{2})", "ss": r"(?P<s>\d{2})",
}  # fmt: skip


def in_default_form(source: Declared, raw: Mapping[str, str | None]) -> dict[str, str | None]:
    """The row as it would have been written without `written`."""
    columns = source.get("columns") or {}
    whole = source.get("written") or {}
    row: dict[str, str | None] = {name: _tidy(text, whole) for name, text in raw.items()}
    time = source.get("time")
    if time and time not in columns:
        row[time] = _plain("timestamp", row.get(time), whole)
    if source.get("delivery") == "changes" and "deleted" not in columns:
        row["deleted"] = _plain("boolean", row.get("deleted"), whole)
    for name, column in columns.items():
        words = {**whole, **(column.get("written") or {})}
        for inner in (column.get("column", name), column.get("latitude"), column.get("longitude")):
            if inner in raw:
                row[inner] = _plain(column["type"].partition("(")[0], _tidy(raw[inner], words), words)
    return row


def _tidy(text: str | None, written: Declared) -> str | None:
    if text is not None and written.get("trim"):
        text = text.strip()
    return None if not text or text in written.get("missing", ()) else text


def _plain(kind: str, text: str | None, written: Declared) -> str | None:
    if text is None:
        return None
    match kind:
        case "integer" | "decimal" | "float" | "point":
            whole = text.replace(written["group_mark"], "") if "group_mark" in written else text
            return whole.replace(written.get("decimal_mark", "."), ".")
        case "choices":
            return "|".join(text.split(str(written.get("separator", "|"))))
        case "boolean":
            yes = text in written["true"] if "true" in written else text.lower() == "true"
            return "true" if yes else "false"
        case "date" if "date" in written:
            return _by_pattern(written["date"], text)
        case "timestamp" if "timestamp" in written:
            return _moment(written["timestamp"], text)
        case _:
            return text


def _moment(form: str, text: str) -> str:
    if form.startswith("epoch"):
        unit = {"epoch_seconds": "seconds", "epoch_milliseconds": "milliseconds"}[form]
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(**{unit: int(text)})
        return at.isoformat().replace("+00:00", "Z")
    return _by_pattern(form, text)


def _by_pattern(pattern: str, text: str) -> str:
    marks: list[str] = re.findall(r"YYYY|MM|M|DD|D|HH|H|mm|ss|.", pattern)
    match = re.fullmatch("".join(_DIGITS.get(mark, re.escape(mark)) for mark in marks), text)
    assert match, "an example holds no wrong text"
    parts: dict[str, str] = {"n": "00", "s": "00", **match.groupdict()}
    day = f"{parts['y']}-{parts['m']:0>2}-{parts['d']:0>2}"
    return f"{day}T{parts['h']:0>2}:{parts['n']}:{parts['s']}" if "h" in parts else day
