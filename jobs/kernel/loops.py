"""The inner loops, in plain Python over arrays: Numba compiles these very lines when there is enough to do.

Rows stand in time order. A selection is `rows` (ascending row numbers, in segments) with the `position` of each beside it;
segment s is `starts[s]` up to `stops[s]`. The windows of one sweep end alike (before row `top`) and begin at the rows
`bottoms[0] >= bottoms[1] >= …`: each window adds only the rows that it has more than the one before it. After each window
come its tests: `out_bits` takes eight positions a byte, least significant bit first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any
"""An array. Numba takes its type from the call."""

EIGHT_TO_BITS = np.uint64(0x0102040810204080)
"""Times eight bytes of 0 or 1, the highest byte holds them as bits, the first byte lowest."""
TOP_BYTE = np.uint64(56)
AND_, OR_ = 0, 1


def first_at(rows: Array, start: int, stop: int, row: int) -> int:
    """The first place in rows[start:stop] that holds `row` or a later one."""
    while start < stop:
        middle = (start + stop) // 2
        if rows[middle] < row:
            start = middle + 1
        else:
            stop = middle
    return start


def write_bits(flags: Array, out_bits: Array, out: int) -> None:
    """Packs a flag (0 or 1) a position into a bitmap."""
    out_bits[out] = (flags.view(np.uint64) * EIGHT_TO_BITS) >> TOP_BYTE


def answer(values: Array, seen: Array, masked: bool, tests: Array, spans: Array, low: Array, high: Array,
           first: int, last: int, flags: Array, out_bits: Array) -> None:  # fmt: skip
    """Writes tests first … last - 1: whether a value lies in one of a test's spans (and was seen, if masked)."""
    for test in range(first, last):
        flags[:] = 0
        for span in range(spans[test], spans[test + 1]):
            flags |= (values >= low[span]) & (values <= high[span])
        if masked:
            flags &= seen
        write_bits(flags, out_bits, tests[test])


def counting_sort(codes: Array, position: Array, kinds: int) -> tuple[Array, Array, Array]:
    """Row numbers by code (-1 first), in row order within a code; their positions; where each code begins."""
    begins = np.zeros(kinds + 2, np.int64)
    for row in range(codes.size):
        begins[codes[row] + 2] += 1
    for kind in range(1, kinds + 2):
        begins[kind] += begins[kind - 1]
    free = begins.copy()
    rows = np.empty(codes.size, np.int32)
    at = np.empty(codes.size, np.int32)
    for row in range(codes.size):
        place = free[codes[row] + 1]
        free[codes[row] + 1] = place + 1
        rows[place] = row
        at[place] = position[row]
    return rows, at, begins


def sweep_count(rows: Array, position: Array, starts: Array, stops: Array, bottoms: Array, top: int, known: Array,
                sums: Array, tests_at: Array, tests: Array, spans: Array, low: Array, high: Array, flags: Array,
                out_bits: Array, keep: Array, kept: Array) -> None:  # fmt: skip
    """Rows whose `known` is true, a position (`known` empty: all rows)."""
    ends = np.empty(starts.size, np.int64)
    for segment in range(starts.size):
        ends[segment] = first_at(rows, starts[segment], stops[segment], top)
    for window in range(bottoms.size):
        for segment in range(starts.size):
            begin = first_at(rows, starts[segment], ends[segment], bottoms[window])
            if known.size:
                for at in range(begin, ends[segment]):
                    if known[rows[at]]:
                        sums[position[at]] += 1
            else:
                for at in range(begin, ends[segment]):
                    sums[position[at]] += 1
            ends[segment] = begin
        answer(sums, flags, False, tests, spans, low, high, tests_at[window], tests_at[window + 1], flags, out_bits)
        if keep[window] >= 0:
            kept[keep[window]] = sums


def sweep_sum(rows: Array, position: Array, starts: Array, stops: Array, bottoms: Array, top: int, known: Array,
              values: Array, sums: Array, tests_at: Array, tests: Array, spans: Array, low: Array, high: Array,
              flags: Array, out_bits: Array, keep: Array, kept: Array) -> None:  # fmt: skip
    """The sum of `values` a position, where `known`; the caller has shown that it fits 64 bits."""
    ends = np.empty(starts.size, np.int64)
    for segment in range(starts.size):
        ends[segment] = first_at(rows, starts[segment], stops[segment], top)
    for window in range(bottoms.size):
        for segment in range(starts.size):
            begin = first_at(rows, starts[segment], ends[segment], bottoms[window])
            for at in range(begin, ends[segment]):
                if known[rows[at]]:
                    sums[position[at]] += values[rows[at]]
            ends[segment] = begin
        answer(sums, flags, False, tests, spans, low, high, tests_at[window], tests_at[window + 1], flags, out_bits)
        if keep[window] >= 0:
            kept[keep[window]] = sums


def sweep_extreme(rows: Array, position: Array, starts: Array, stops: Array, bottoms: Array, top: int, known: Array,
                  values: Array, greatest: bool, best: Array, seen: Array, tests_at: Array, tests: Array, spans: Array,
                  low: Array, high: Array, flags: Array, out_bits: Array, known_out: Array, keep: Array, kept: Array,
                  kept_seen: Array) -> None:  # fmt: skip
    """The least or greatest of `values` a position, and whether there was one."""
    ends = np.empty(starts.size, np.int64)
    for segment in range(starts.size):
        ends[segment] = first_at(rows, starts[segment], stops[segment], top)
    for window in range(bottoms.size):
        for segment in range(starts.size):
            begin = first_at(rows, starts[segment], ends[segment], bottoms[window])
            for at in range(begin, ends[segment]):
                row = rows[at]
                if known[row]:
                    one = position[at]
                    value = values[row]
                    if seen[one] == 0 or (value > best[one] if greatest else value < best[one]):
                        best[one] = value
                        seen[one] = 1
            ends[segment] = begin
        answer(best, seen, True, tests, spans, low, high, tests_at[window], tests_at[window + 1], flags, out_bits)
        if known_out[window] >= 0:
            write_bits(seen, out_bits, known_out[window])
        if keep[window] >= 0:
            kept[keep[window]] = best
            kept_seen[keep[window]] = seen


def sweep_distinct(rows: Array, position: Array, begins: Array, bottoms: Array, top: int, stamp: Array,
                   counts: Array, tests_at: Array, tests: Array, spans: Array, low: Array, high: Array, flags: Array,
                   out_bits: Array, keep: Array, kept: Array) -> None:  # fmt: skip
    """How many distinct codes a position.

    `rows` are sorted by code and by row within a code: code c from `begins[c]` on. Going from the newest row to the
    oldest, a position meets each code once; the first window that holds that row counts it, and so do all longer ones.
    """
    for code in range(begins.size - 1):
        for at in range(begins[code + 1] - 1, begins[code] - 1, -1):
            one = position[at]
            if rows[at] < top and stamp[one] != code:
                stamp[one] = code
                window = 0
                while window < bottoms.size and rows[at] < bottoms[window]:
                    window += 1
                if window < bottoms.size:
                    counts[window, one] += 1
    for window in range(bottoms.size):
        if window:
            counts[window] += counts[window - 1]
        answer(counts[window], flags, False, tests, spans, low, high, tests_at[window], tests_at[window + 1], flags,
               out_bits)  # fmt: skip
        if keep[window] >= 0:
            kept[keep[window]] = counts[window]


def sweep_latest(rows: Array, position: Array, starts: Array, stops: Array, bottoms: Array, top: int, instants: Array,
                 rank: Array, best: Array, keep: Array, kept: Array) -> None:  # fmt: skip
    """The last row a position (-1: none); among rows of one instant the one of the greatest rank."""
    ends = np.empty(starts.size, np.int64)
    for segment in range(starts.size):
        ends[segment] = first_at(rows, starts[segment], stops[segment], top)
    for window in range(bottoms.size):
        for segment in range(starts.size):
            begin = first_at(rows, starts[segment], ends[segment], bottoms[window])
            for at in range(begin, ends[segment]):
                row = rows[at]
                other = best[position[at]]
                if (
                    other < 0
                    or instants[row] > instants[other]
                    or (instants[row] == instants[other] and rank[row] > rank[other])
                ):
                    best[position[at]] = row
            ends[segment] = begin
        if keep[window] >= 0:
            kept[keep[window]] = best


def follow(key: Array, instants: Array, later_key: Array, later_instants: Array, gap: int, last: Array,
           reached: Array) -> None:  # fmt: skip
    """Which later rows have an earlier row of the same key before them, at most `gap` ago (gap < 0: any time ago).

    Both sides are in time order. The latest earlier row is the nearest, so it decides. Key -1 equals nothing.
    """
    at = 0
    for row in range(later_key.size):
        while at < key.size and instants[at] < later_instants[row]:
            if key[at] >= 0:
                last[key[at]] = at
            at += 1
        one = later_key[row]
        if one >= 0 and last[one] >= 0:
            reached[row] = gap < 0 or later_instants[row] - instants[last[one]] <= gap


def algebra(operations: Array, bitmaps: Array, strip: int) -> None:
    """Runs the operations over 64-bit words, a strip of all bitmaps at a time so that it stays in cache."""
    words = bitmaps.shape[1]
    for begin in range(0, words, strip):
        end = min(begin + strip, words)
        for step in range(operations.shape[0]):
            target = operations[step, 1]
            a = operations[step, 2]
            b = operations[step, 3]
            if operations[step, 0] == AND_:
                bitmaps[target, begin:end] = bitmaps[a, begin:end] & bitmaps[b, begin:end]
            elif operations[step, 0] == OR_:
                bitmaps[target, begin:end] = bitmaps[a, begin:end] | bitmaps[b, begin:end]
            else:
                bitmaps[target, begin:end] = bitmaps[a, begin:end] & ~bitmaps[b, begin:end]
