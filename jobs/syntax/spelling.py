"""The nearest right word for a wrong one, and what an id may look like.

Every message about an unknown word ends with a suggestion: a misspelling, other capitals, a column named without its
source, or, where few words are known, all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from jobs.syntax.nodes import shown

ID_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,62}")
"""Of segments, sources, columns and lists. Use `is_id`: the whole text must match, no line end behind it."""
ID_EXPECTED = "small letters, digits and _, a letter first, at most 63 of them"
"""What an id looks like, for messages."""

FEW = 8
"""So many known words are listed rather than guessed from."""

_LAST_PART = re.compile(r"[./]")
"""Before the last part of `loyalty.tier` and `Europe/Vienna`."""

_MANY = 1_000
"""Among more known words only slips of the fingers are looked for."""

LONGEST = 100
"""A longer word is no slip of the fingers, and comparing it would only take time."""


def is_id(text: str) -> bool:
    """Whether a text may name a segment, source, column or list."""
    return ID_PATTERN.fullmatch(text) is not None


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The known word that was most likely meant, None when none is near; ties go to the first in code point order.

    About 10 microseconds for each known word: of a long list of wrong words ask for the first few only.
    """
    if not word or len(word) > LONGEST:
        return None
    plain = _plain(word)
    by_plain: dict[str, str] = {}
    for candidate in sorted(set(candidates)):
        by_plain.setdefault(_plain(candidate), candidate)
    if plain in by_plain:
        return by_plain[plain]
    for key, candidate in by_plain.items():
        if key.startswith(plain + "_") or _LAST_PART.split(key)[-1] == plain:
            return candidate
    return _closest(plain, by_plain)


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """The end of a message: ` — did you mean "within_last"?`, or the known words when they are few, or nothing."""
    words = sorted(set(candidates))
    near = nearest(word, words)
    if near is not None:
        return f" — did you mean {shown(near)}?"
    return f" — known here: {', '.join(map(shown, words))}" if 0 < len(words) <= FEW else ""


def _plain(word: str) -> str:
    return re.sub(r"[\s\-_]+", "_", word.strip().casefold())


def _closest(plain: str, by_plain: dict[str, str]) -> str | None:
    """By slips of the fingers first (a third of the letters at most), then by shared stretches of letters."""
    allowed = max(1, len(plain) // 3)
    letters = set(plain)
    best: tuple[int, str] | None = None
    for key in by_plain:
        # Each letter that one word has and the other lacks costs a slip: most words need no closer look.
        if abs(len(key) - len(plain)) > allowed or len(letters.difference(key)) > allowed:
            continue
        slips = _slips(plain, key, allowed)
        if slips <= allowed and slips < max(len(plain), len(key)) and (best is None or slips < best[0]):
            best = (slips, key)
    if best is not None:
        return by_plain[best[1]]
    if len(by_plain) > _MANY:
        return None
    import difflib  # seldom needed, and slower to import than this module

    shared = difflib.get_close_matches(plain, list(by_plain), n=1, cutoff=0.6)
    return by_plain[shared[0]] if shared else None


def _slips(left: str, right: str, most: int) -> int:
    """Letters added, dropped, changed or swapped with their neighbour (optimal string alignment distance), up to `most`."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, above, row = row, before, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
