"""The inner loops, in plain Python over arrays: Numba compiles these very lines when there is enough to do.

Rows stand in time order. A selection is `rows` (ascending row numbers, in segments) with the `position` of each beside it;
segment s is `starts[s]` up to `stops[s]`. The windows of one sweep end alike (before row `top`) and begin at the rows
`bottoms[0] >= bottoms[1] >= …`: each window adds only the rows that it has more than the one before it. After each window
come its tests: `out_bits` takes eight positions a byte, least significant bit first.

One file, because they call each other and are compiled in the order in which they stand here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any
"""An array. Numba takes its type from the call."""

AND_ = 0


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
    for at in range(out_bits.shape[1]):
        bit = 8 * at
        out_bits[out, at] = (
            flags[bit]
            | (flags[bit + 1] << 1)
            | (flags[bit + 2] << 2)
            | (flags[bit + 3] << 3)
            | (flags[bit + 4] << 4)
            | (flags[bit + 5] << 5)
            | (flags[bit + 6] << 6)
            | (flags[bit + 7] << 7)
        )


def answer(values: Array, seen: Array, masked: bool, tests: Array, spans: Array, low: Array, high: Array,
           first: int, last: int, flags: Array, out_bits: Array) -> None:  # fmt: skip
    """Writes tests first … last - 1: whether a value lies in one of a test's spans (and was seen, if masked)."""
    for test in range(first, last):
        if spans[test] == spans[test + 1]:
            flags[:] = 0
        for span in range(spans[test], spans[test + 1]):
            least = low[span]
            most = high[span]
            if span == spans[test]:
                for at in range(values.size):
                    flags[at] = (values[at] >= least) & (values[at] <= most)
            else:
                for at in range(values.size):
                    flags[at] |= (values[at] >= least) & (values[at] <= most)
        if masked:
            for at in range(values.size):
                flags[at] &= seen[at]
        write_bits(flags, out_bits, tests[test])


def answer_codes(codes: Array, table: Array, flags: Array, out_bits: Array, out: int) -> None:
    """Writes what the table says of each position's code; its last place is for -1."""
    for at in range(codes.size):
        flags[at] = table[codes[at]]
    write_bits(flags, out_bits, out)


def narrow_ranges(rows: Array, position: Array, values: Array, known: Array, low: Array, high: Array, out_rows: Array,
                  out_position: Array) -> int:  # fmt: skip
    """Of these rows those whose value is known and lies in one of the spans, with their positions; how many."""
    found = 0
    least = low[0]
    most = high[0]
    for at in range(rows.size):
        row = rows[at]
        inside = (values[row] >= least) & (values[row] <= most)
        for span in range(1, low.size):
            inside |= (values[row] >= low[span]) & (values[row] <= high[span])
        out_rows[found] = row
        out_position[found] = position[at]
        found += inside & known[row]
    return found


def narrow_codes(rows: Array, position: Array, codes: Array, table: Array, out_rows: Array, out_position: Array) -> int:
    """Of these rows those whose code the table says yes to; its last place is for -1."""
    found = 0
    for at in range(rows.size):
        row = rows[at]
        out_rows[found] = row
        out_position[found] = position[at]
        found += table[codes[row]]
    return found


def fill_missing(values: Array, known: Array, value: float, out: Array) -> None:
    """The values, with one value where they are missing."""
    for row in range(values.size):
        found = values[row]  # read first, so that no branch is needed
        out[row] = found if known[row] else value


def table_codes(values: Array, known: Array, least: int, table: Array, codes: Array) -> None:
    """The table's code for each value, its first being that of `least` and all below; -1 where the value is missing."""
    for row in range(values.size):
        place = min(max(values[row], least), least + table.size - 1) - least
        code = table[place]
        codes[row] = code if known[row] else -1


def counting_sort(codes: Array, position: Array, kinds: int) -> tuple[Array, Array, Array]:
    """Row numbers by code (-1 first), in row order within a code; their positions; where each code begins."""
    begins = np.zeros(kinds + 2, np.int64)
    for row in range(codes.size):
        begins[codes[row] + 2] += 1
    for kind in range(1, kinds + 2):
        begins[kind] += begins[kind - 1]
    free = begins.copy()
    rows = np.empty(codes.size, np.uint32)
    at = np.empty(codes.size, np.uint32)
    for row in range(codes.size):
        place = free[codes[row] + 1]
        free[codes[row] + 1] = place + 1
        rows[place] = row
        at[place] = position[row]
    return rows, at, begins


def sweep_count(rows: Array, position: Array, starts: Array, stops: Array, bottoms: Array, top: int, sums: Array,
                tests_at: Array, tests: Array, spans: Array, low: Array, high: Array, flags: Array, out_bits: Array,
                keep: Array, kept: Array) -> None:  # fmt: skip
    """How many rows a position."""
    ends = np.empty(starts.size, np.int64)
    for segment in range(starts.size):
        ends[segment] = first_at(rows, starts[segment], stops[segment], top)
    for window in range(bottoms.size):
        for segment in range(starts.size):
            begin = first_at(rows, starts[segment], ends[segment], bottoms[window])
            for at in range(begin, ends[segment]):
                sums[position[at]] += 1
            ends[segment] = begin
        answer(sums, flags, False, tests, spans, low, high, tests_at[window], tests_at[window + 1], flags, out_bits)
        if keep[window] >= 0:
            kept[keep[window]] = sums


def sweep_sum(rows: Array, position: Array, starts: Array, stops: Array, bottoms: Array, top: int, values: Array,
              sums: Array, tests_at: Array, tests: Array, spans: Array, low: Array, high: Array, flags: Array,
              out_bits: Array, keep: Array, kept: Array) -> None:  # fmt: skip
    """The sum of `values` a position, missing ones being 0; the caller has shown that it fits 64 bits."""
    ends = np.empty(starts.size, np.int64)
    for segment in range(starts.size):
        ends[segment] = first_at(rows, starts[segment], stops[segment], top)
    for window in range(bottoms.size):
        for segment in range(starts.size):
            begin = first_at(rows, starts[segment], ends[segment], bottoms[window])
            for at in range(begin, ends[segment]):
                sums[position[at]] += values[rows[at]]
            ends[segment] = begin
        answer(sums, flags, False, tests, spans, low, high, tests_at[window], tests_at[window + 1], flags, out_bits)
        if keep[window] >= 0:
            kept[keep[window]] = sums


def sweep_average(rows: Array, position: Array, starts: Array, stops: Array, bottoms: Array, top: int, known: Array,
                  values: Array, sums: Array, counts: Array, tests_at: Array, tests: Array, spans: Array, low: Array,
                  high: Array, flags: Array, out_bits: Array, known_out: Array, keep: Array, kept: Array,
                  kept_counts: Array) -> None:  # fmt: skip
    """Sum and count of the known `values` (missing ones are 0); an average is compared as sum * q against p * count."""
    ends = np.empty(starts.size, np.int64)
    for segment in range(starts.size):
        ends[segment] = first_at(rows, starts[segment], stops[segment], top)
    for window in range(bottoms.size):
        for segment in range(starts.size):
            begin = first_at(rows, starts[segment], ends[segment], bottoms[window])
            for at in range(begin, ends[segment]):
                sums[position[at]] += values[rows[at]]
                counts[position[at]] += known[rows[at]]
            ends[segment] = begin
        for test in range(tests_at[window], tests_at[window + 1]):
            flags[:] = 0
            for span in range(spans[test], spans[test + 1]):
                for at in range(sums.size):
                    flags[at] |= (
                        (counts[at] > 0)
                        & (sums[at] * low[span, 0] >= low[span, 1] * counts[at] + low[span, 2])
                        & (sums[at] * high[span, 0] <= high[span, 1] * counts[at] - high[span, 2])
                    )
            write_bits(flags, out_bits, tests[test])
        if known_out[window] >= 0:
            for at in range(sums.size):
                flags[at] = counts[at] > 0
            write_bits(flags, out_bits, known_out[window])
        if keep[window] >= 0:
            kept[keep[window]] = sums
            kept_counts[keep[window]] = counts


def sweep_extreme(rows: Array, position: Array, starts: Array, stops: Array, bottoms: Array, top: int, known: Array,
                  values: Array, greatest: bool, worst: float, best: Array, seen: Array, tests_at: Array, tests: Array,
                  spans: Array, low: Array, high: Array, flags: Array, out_bits: Array, known_out: Array, keep: Array,
                  kept: Array, kept_seen: Array) -> None:  # fmt: skip
    """The least or greatest of `values` a position, and whether there was one.

    `best` begins as `worst`, and so do missing values: no branch in the loop. `known` is empty where no value is as bad as
    that: who has something better has been seen.
    """
    ends = np.empty(starts.size, np.int64)
    for segment in range(starts.size):
        ends[segment] = first_at(rows, starts[segment], stops[segment], top)
    for window in range(bottoms.size):
        for segment in range(starts.size):
            begin = first_at(rows, starts[segment], ends[segment], bottoms[window])
            for at in range(begin, ends[segment]):
                one = position[at]
                value = values[rows[at]]
                best[one] = max(best[one], value) if greatest else min(best[one], value)
            if known.size:
                for at in range(begin, ends[segment]):
                    seen[position[at]] |= known[rows[at]]
            ends[segment] = begin
        if not known.size:
            for one in range(best.size):
                seen[one] = best[one] != worst
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


def number_groups(order: Array, position: Array, begins: Array, stamp: Array, current: Array, number: Array,
                  home: Array) -> int:  # fmt: skip
    """Numbers the groups of rows that are equal in position and code; each group's position; how many there are.

    `order` has the rows sorted by code, code c from `begins[c]` on, `position` beside it.
    """
    groups = 0
    for code in range(begins.size - 1):
        for at in range(begins[code], begins[code + 1]):
            one = position[at]
            if stamp[one] != code:
                stamp[one] = code
                current[one] = groups
                home[groups] = one
                groups += 1
            number[order[at]] = current[one]
    return groups


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


def unanswered(key: Array, instants: Array, position: Array, later_key: Array, later_instants: Array, gap: int,
               as_of: int, last: Array, members: Array) -> None:  # fmt: skip
    """Whose last row of some key has no later row of that key within `gap`, the gap having ended by `as_of`.

    Both sides are in time order. `last` (-1 for each key) becomes the last row of each key, -2 where it was answered.
    """
    for row in range(key.size):
        if key[row] >= 0:
            last[key[row]] = row
    for row in range(later_key.size):
        one = later_key[row]
        if one >= 0 and last[one] >= 0:
            since = later_instants[row] - instants[last[one]]
            if 0 < since <= gap:
                last[one] = -2
    for one in range(last.size):
        if last[one] >= 0 and instants[last[one]] + gap <= as_of:
            members[position[last[one]]] = True


def algebra(operations: Array, inputs: Array, bitmaps: Array, strip: int) -> None:
    """Ands and ors of many bitmaps each, a strip of words of all bitmaps at a time, so that it stays in cache.

    Operation: (and or or, target, first input, behind its last). Input ~b is the complement of bitmap b.
    """
    words = bitmaps.shape[1]
    for begin in range(0, words, strip):
        end = min(begin + strip, words)
        for step in range(operations.shape[0]):
            result = bitmaps[operations[step, 1], begin:end]
            for place in range(operations[step, 2], operations[step, 3]):
                bitmap = inputs[place]
                if place == operations[step, 2]:
                    if bitmap >= 0:
                        result[:] = bitmaps[bitmap, begin:end]
                    else:
                        result[:] = ~bitmaps[~bitmap, begin:end]
                elif operations[step, 0] == AND_:
                    if bitmap >= 0:
                        result &= bitmaps[bitmap, begin:end]
                    else:
                        result &= ~bitmaps[~bitmap, begin:end]
                elif bitmap >= 0:
                    result |= bitmaps[bitmap, begin:end]
                else:
                    result |= ~bitmaps[~bitmap, begin:end]
