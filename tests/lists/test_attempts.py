"""The fingerprint of what was sent and what was written: of texts in an order, however they are cut."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from jobs.lists.attempts import IdsInOrder

IDS = pa.array(["ada", "böb", "", "cyd"])


def fingerprint(*parts: pa.Array | Sequence[str]) -> str:
    order = IdsInOrder()
    for part in parts:
        order.add(part if isinstance(part, pa.Array) else pa.array(part, pa.string()))
    return order.fingerprint


def test_texts_in_one_order_have_one_fingerprint_however_they_are_cut() -> None:
    whole = fingerprint(IDS)
    assert fingerprint(IDS[:2], IDS[2:]) == fingerprint(IDS[:0], IDS[:1], IDS[1:3], IDS[3:]) == whole
    assert fingerprint(["ada"], ["böb", "", "cyd"]) == whole
    assert fingerprint([]) == fingerprint()


def test_other_texts_or_another_order_have_another() -> None:
    others = (["ada", "böb", "cyd", ""], ["adab", "öb", "", "cyd"], ["ada", "böb", "cyd"], ["ada", "bob", "", "cyd"])
    assert len({fingerprint(IDS), *(fingerprint(each) for each in others)}) == len(others) + 1
