"""The inner loops, in plain Python over arrays: Numba compiles these very lines when there is enough to do.

Rows stand in time order. The windows of one sweep end alike and each begins before the one ahead of it, so that a window
adds only the rows that it has more than that one. After each window come its tests.

One file, because they call each other and are compiled in the order in which they stand here; and compiled code on disk is
taken for current as long as this file is unchanged, so the tuples that they are handed must stand here too.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = Any
"""An array. Numba takes its type from the call."""

AND_ = 0


class Picked(NamedTuple):
    """Rows of a selection: ascending row numbers in segments, s from `starts[s]` up to `stops[s]`, and their positions."""

    rows: Array
    position: Array
    starts: Array
    stops: Array


class Nested(NamedTuple):
    """Windows that end alike, before row `top`, and begin at the rows `bottoms[0] >= bottoms[1] >= …`."""

    bottoms: Array
    top: int


class Tests(NamedTuple):
    """Of step k those from `of_step[k]` up to `of_step[k + 1]`: test t writes bitmap `out[t]`.

    It is true in the spans from `spans[t]` up to `spans[t + 1]`, from `low` to `high`, both in. Spans of an average are
    fractions: (q, p, 1 if the end is out) for an end p / q, zeros for none. `known[k]`: the bitmap of who has a value at
    all (below 0: nobody asks).
    """

    of_step: Array
    out: Array
    spans: Array
    low: Array
    high: Array
    known: Array


class Answers(NamedTuple):
    """Where tests write: a flag (0 or 1) a position on the way, and bitmaps, eight positions a byte, least first."""

    flags: Array
    bits: Array


class KeptValues(NamedTuple):
    """Values that are wanted as such: step k puts its own into row `place[k]` of `values` (below 0: only tested).

    `beside`: of an average the counts, of an extreme whether there was one; else not used.
    """

    place: Array
    values: Array
    beside: Array


class ColumnArrays(NamedTuple):
    """One value a row (or position), and whether it is known."""

    values: Array
    known: Array


class Totals(NamedTuple):
    """What an average adds up, a position."""

    sums: Array
    counts: Array


class Best(NamedTuple):
    """The best value a position so far, and whether there was one; `worst` is what every value is at least as good as."""

    values: Array
    seen: Array
    greatest: bool
    worst: float


class Placed(NamedTuple):
    """Row numbers, and the position of each."""

    rows: Array
    position: Array


class SortedRows(NamedTuple):
    """Rows by code, in row order within a code, and their positions; code c begins at `begins[c]`."""

    rows: Array
    position: Array
    begins: Array


class Keyed(NamedTuple):
    """Rows in time order with a number for what they must share with another row; -1 shares nothing."""

    key: Array
    instants: Array


def first_at(rows: Array, start: int, stop: int, row: int) -> int:
    """The first place in rows[start:stop] that holds `row` or a later one."""
    while start < stop:
        middle = (start + stop) // 2
        if rows[middle] < row:
            start = middle + 1
        else:
            stop = middle
    return start


def ends_before(picked: Picked, row: int) -> Array:
    """Behind the last place of each segment that stands before `row`."""
    ends = np.empty(picked.starts.size, np.int64)
    for segment in range(picked.starts.size):
        ends[segment] = first_at(picked.rows, picked.starts[segment], picked.stops[segment], row)
    return ends


def write_bits(answers: Answers, out: int) -> None:
    """Packs the flags into a bitmap."""
    flags, out_bits = answers
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


def answer(values: Array, seen: Array, masked: bool, tests: Tests, step: int, answers: Answers) -> None:
    """Writes the tests of a step: whether a value lies in one of a test's spans (and was seen, if masked)."""
    flags, _ = answers
    for test in range(tests.of_step[step], tests.of_step[step + 1]):
        first, behind = tests.spans[test], tests.spans[test + 1]
        if first == behind:
            flags[:] = 0
        for span in range(first, behind):
            least = tests.low[span]
            most = tests.high[span]
            if span == first:
                for at in range(values.size):
                    flags[at] = (values[at] >= least) & (values[at] <= most)
            else:
                for at in range(values.size):
                    flags[at] |= (values[at] >= least) & (values[at] <= most)
        if masked:
            for at in range(values.size):
                flags[at] &= seen[at]
        write_bits(answers, tests.out[test])


def answer_codes(codes: Array, table: Array, answers: Answers, out: int) -> None:
    """Writes what the table says of each position's code; its last place is for -1."""
    flags, _ = answers
    for at in range(codes.size):
        flags[at] = table[codes[at]]
    write_bits(answers, out)


def narrow_ranges(picked: Placed, column: ColumnArrays, low: Array, high: Array, out: Placed) -> int:
    """Of these rows those whose value is known and lies in one of the spans; how many."""
    rows, position = picked
    values, known = column
    out_rows, out_position = out
    kept = 0
    least = low[0]
    most = high[0]
    for at in range(rows.size):
        row = rows[at]
        inside = (values[row] >= least) & (values[row] <= most)
        for span in range(1, low.size):
            inside |= (values[row] >= low[span]) & (values[row] <= high[span])
        out_rows[kept] = row
        out_position[kept] = position[at]
        kept += inside & known[row]
    return kept


def narrow_codes(picked: Placed, codes: Array, table: Array, out: Placed) -> int:
    """Of these rows those whose code the table says yes to, its last place being for -1; how many."""
    rows, position = picked
    out_rows, out_position = out
    kept = 0
    for at in range(rows.size):
        row = rows[at]
        out_rows[kept] = row
        out_position[kept] = position[at]
        kept += table[codes[row]]
    return kept


def fill_missing(column: ColumnArrays, value: float, out: Array) -> None:
    """The values, with one value where they are missing."""
    values, known = column
    for row in range(values.size):
        held = values[row]  # read first, so that no branch is needed
        out[row] = held if known[row] else value


def table_codes(column: ColumnArrays, least: int, table: Array, codes: Array) -> None:
    """The table's code for each value, its first being that of `least` and all below; -1 where the value is missing."""
    values, known = column
    for row in range(values.size):
        place = min(max(values[row], least), least + table.size - 1) - least
        code = table[place]
        codes[row] = code if known[row] else -1


def counting_sort(codes: Array, position: Array, kinds: int) -> tuple[Array, Array, Array]:
    """Row numbers by code (-1 first), in row order within a code; their positions; where each code begins, -1 first."""
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


def sweep_count(picked: Picked, windows: Nested, sums: Array, tests: Tests, answers: Answers, kept: KeptValues) -> None:
    """How many rows a position."""
    rows, position, starts, _ = picked
    ends = ends_before(picked, windows.top)
    for window in range(windows.bottoms.size):
        for segment in range(starts.size):
            begin = first_at(rows, starts[segment], ends[segment], windows.bottoms[window])
            for at in range(begin, ends[segment]):
                sums[position[at]] += 1
            ends[segment] = begin
        answer(sums, answers.flags, False, tests, window, answers)
        if kept.place[window] >= 0:
            kept.values[kept.place[window]] = sums


def sweep_sum(
    picked: Picked, windows: Nested, values: Array, sums: Array, tests: Tests, answers: Answers, kept: KeptValues
) -> None:
    """The sum of `values` a position, missing ones being 0; the caller has shown that it fits 64 bits."""
    rows, position, starts, _ = picked
    ends = ends_before(picked, windows.top)
    for window in range(windows.bottoms.size):
        for segment in range(starts.size):
            begin = first_at(rows, starts[segment], ends[segment], windows.bottoms[window])
            for at in range(begin, ends[segment]):
                sums[position[at]] += values[rows[at]]
            ends[segment] = begin
        answer(sums, answers.flags, False, tests, window, answers)
        if kept.place[window] >= 0:
            kept.values[kept.place[window]] = sums


def sweep_average(
    picked: Picked,
    windows: Nested,
    column: ColumnArrays,
    totals: Totals,
    tests: Tests,
    answers: Answers,
    kept: KeptValues,
) -> None:
    """Sum and count of the known values (missing ones are 0); an average is compared as sum * q against p * count."""
    rows, position, starts, _ = picked
    values, known = column
    sums, counts = totals
    flags, _ = answers
    low, high = tests.low, tests.high
    ends = ends_before(picked, windows.top)
    for window in range(windows.bottoms.size):
        for segment in range(starts.size):
            begin = first_at(rows, starts[segment], ends[segment], windows.bottoms[window])
            for at in range(begin, ends[segment]):
                sums[position[at]] += values[rows[at]]
                counts[position[at]] += known[rows[at]]
            ends[segment] = begin
        for test in range(tests.of_step[window], tests.of_step[window + 1]):
            flags[:] = 0
            for span in range(tests.spans[test], tests.spans[test + 1]):
                for at in range(sums.size):
                    flags[at] |= (
                        (counts[at] > 0)
                        & (sums[at] * low[span, 0] >= low[span, 1] * counts[at] + low[span, 2])
                        & (sums[at] * high[span, 0] <= high[span, 1] * counts[at] - high[span, 2])
                    )
            write_bits(answers, tests.out[test])
        if tests.known[window] >= 0:
            for at in range(sums.size):
                flags[at] = counts[at] > 0
            write_bits(answers, tests.known[window])
        if kept.place[window] >= 0:
            kept.values[kept.place[window]] = sums
            kept.beside[kept.place[window]] = counts


def sweep_extreme(
    picked: Picked,
    windows: Nested,
    column: ColumnArrays,
    extreme: Best,
    tests: Tests,
    answers: Answers,
    kept: KeptValues,
) -> None:
    """The least or greatest value a position, and whether there was one.

    The best begins as the worst, and so do missing values: no branch in the loop. What is known is left out (empty) where
    no value is as bad as that: who has something better has been seen.
    """
    rows, position, starts, _ = picked
    values, known = column
    best, seen, greatest, worst = extreme
    ends = ends_before(picked, windows.top)
    for window in range(windows.bottoms.size):
        for segment in range(starts.size):
            begin = first_at(rows, starts[segment], ends[segment], windows.bottoms[window])
            for at in range(begin, ends[segment]):
                person = position[at]
                value = values[rows[at]]
                best[person] = max(best[person], value) if greatest else min(best[person], value)
            if known.size:
                for at in range(begin, ends[segment]):
                    seen[position[at]] |= known[rows[at]]
            ends[segment] = begin
        if not known.size:
            for person in range(best.size):
                seen[person] = best[person] != worst
        answer(best, seen, True, tests, window, answers)
        if tests.known[window] >= 0:
            write_bits(Answers(seen, answers.bits), tests.known[window])
        if kept.place[window] >= 0:
            kept.values[kept.place[window]] = best
            kept.beside[kept.place[window]] = seen


def sweep_distinct(
    codes: SortedRows, windows: Nested, stamp: Array, counts: Array, tests: Tests, answers: Answers, kept: KeptValues
) -> None:
    """How many distinct codes a position.

    Going from the newest row of a code to the oldest, a position meets each code once; the first window that holds that
    row counts it, and so do all longer ones.
    """
    rows, position, begins = codes
    bottoms = windows.bottoms
    for code in range(begins.size - 1):
        for at in range(begins[code + 1] - 1, begins[code] - 1, -1):
            person = position[at]
            if rows[at] < windows.top and stamp[person] != code:
                stamp[person] = code
                window = 0
                while window < bottoms.size and rows[at] < bottoms[window]:
                    window += 1
                if window < bottoms.size:
                    counts[window, person] += 1
    for window in range(bottoms.size):
        if window:
            counts[window] += counts[window - 1]
        answer(counts[window], answers.flags, False, tests, window, answers)
        if kept.place[window] >= 0:
            kept.values[kept.place[window]] = counts[window]


def sweep_latest(picked: Picked, windows: Nested, instants: Array, rank: Array, best: Array, kept: KeptValues) -> None:
    """The last row a position (-1: none); among rows of one instant the one of the greatest rank."""
    rows, position, starts, _ = picked
    ends = ends_before(picked, windows.top)
    for window in range(windows.bottoms.size):
        for segment in range(starts.size):
            begin = first_at(rows, starts[segment], ends[segment], windows.bottoms[window])
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
        if kept.place[window] >= 0:
            kept.values[kept.place[window]] = best


def number_groups(codes: SortedRows, stamp: Array, current: Array, number: Array, home: Array) -> int:
    """Numbers the groups of rows that are equal in position and code; each group's position; how many there are."""
    order, position, begins = codes
    groups = 0
    for code in range(begins.size - 1):
        for at in range(begins[code], begins[code + 1]):
            person = position[at]
            if stamp[person] != code:
                stamp[person] = code
                current[person] = groups
                home[groups] = person
                groups += 1
            number[order[at]] = current[person]
    return groups


def follow(earlier: Keyed, later: Keyed, gap: int, last: Array, reached: Array) -> None:
    """Which later rows have an earlier row of the same key before them, at most `gap` ago (gap < 0: any time ago).

    The latest earlier row is the nearest, so it decides.
    """
    at = 0
    for row in range(later.key.size):
        while at < earlier.key.size and earlier.instants[at] < later.instants[row]:
            if earlier.key[at] >= 0:
                last[earlier.key[at]] = at
            at += 1
        key = later.key[row]
        if key >= 0 and last[key] >= 0:
            reached[row] = gap < 0 or later.instants[row] - earlier.instants[last[key]] <= gap


def unanswered(
    earlier: Keyed, position: Array, later: Keyed, gap: int, as_of: int, last: Array, members: Array
) -> None:
    """Whose last row of some key has no later row of that key within `gap`, the gap having ended by `as_of`.

    `last` (-1 for each key) becomes the last row of each key, -2 where it was answered.
    """
    for row in range(earlier.key.size):
        if earlier.key[row] >= 0:
            last[earlier.key[row]] = row
    for row in range(later.key.size):
        key = later.key[row]
        if key >= 0 and last[key] >= 0:
            since = later.instants[row] - earlier.instants[last[key]]
            if 0 < since <= gap:
                last[key] = -2
    for key in range(last.size):
        if last[key] >= 0 and earlier.instants[last[key]] + gap <= as_of:
            members[position[last[key]]] = True


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
