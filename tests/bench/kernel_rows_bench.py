"""What costs more than a slice and a sum: distinct values, days, latest, groups with `having`, sequences.

`python -m tests.bench.kernel_rows_bench [--each 20] [--events 645000]`: the bucket of kernel_bench.py, so many distinct
conditions of each kind; processor seconds on one core. Measures, asserts no seconds.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from collections.abc import Callable
from decimal import Decimal

from jobs.catalog.types import ColumnType
from jobs.kernel.bucket_evaluation import evaluate_bucket
from jobs.kernel.cuts import Cuts
from jobs.kernel.program import compile_program
from jobs.language.atoms import (
    Aggregate,
    Chain,
    Compare,
    Everyone,
    Formula,
    GroupCount,
    Having,
    Last,
    Meaning,
    RowColumn,
    Rows,
    Span,
    Spans,
    Step,
    Words,
)
from jobs.plan.clock import make_clock
from jobs.plan.planner import make_plan
from jobs.syntax.durations import read_duration
from jobs.syntax.literals import read_moment
from jobs.syntax.zones import zone_transitions
from tests.bench.kernel_bench import INTEGER, MONEY, TEXT, WINDOWS, bucket_of, catalog, unpack

CHANNEL = RowColumn("channel", ColumnType("choice", values=("app", "call", "mail", "store", "web")))
PRODUCT, AMOUNT, PAGE = RowColumn("product", TEXT), RowColumn("amount", MONEY), RowColumn("page", TEXT)
DAY_US = 86_400_000_000


def rows(source: str, number: int) -> Rows:
    """All rows for every fourth, else those of one channel, in one window of twelve."""
    where = (
        None
        if number % 4 == 0 or source == "visit"
        else Compare(CHANNEL, Words("in", (("app", "mail", "web")[number % 3],)))
    )
    return Rows(source, where, Last(read_duration(WINDOWS[number % len(WINDOWS)])))


def at_least(value: Aggregate | GroupCount, number: int) -> Formula:
    return Compare(value, Spans((Span(Decimal(1 + number % 5), None),)))


def distinct(number: int) -> Formula:
    return at_least(Aggregate(rows("order", number), "distinct", PRODUCT, INTEGER), number)


def distinct_amounts(number: int) -> Formula:
    return at_least(Aggregate(rows("order", number), "distinct", AMOUNT, INTEGER), number)


def days(number: int) -> Formula:
    return at_least(Aggregate(rows("visit", number), "days", None, INTEGER), number)


def latest(number: int) -> Formula:
    return Compare(Aggregate(rows("order", number), "latest", PRODUCT, TEXT), Words("in", (f"w{number}",)))


def groups(number: int) -> Formula:
    having = Having("sum", AMOUNT, MONEY, Spans((Span(Decimal(10 + number), None),)))
    return at_least(GroupCount(rows("order", number), (PRODUCT,), having, INTEGER), number)


def pairs_of_columns(number: int) -> Formula:
    return at_least(GroupCount(rows("order", number), (PRODUCT, CHANNEL), None, INTEGER), number)


def chain(number: int) -> Formula:
    click = Step("click", Compare(CHANNEL, Words("in", (("app", "mail", "web")[number % 3],))))
    return Chain(
        (click, Step("order", None, (1 + number) * DAY_US)), Last(read_duration(WINDOWS[number % len(WINDOWS)]))
    )


def absent(number: int) -> Formula:
    return Chain((Step("click"), Step("order", None, (1 + number) * DAY_US, absent=True)), Last(read_duration("1y")))


def same(number: int) -> Formula:
    step = Step("visit", None, (1 + number) * DAY_US, same=((PAGE, PAGE),))
    return Chain((Step("visit"), step), Last(read_duration(WINDOWS[number % len(WINDOWS)])))


KINDS: tuple[Callable[[int], Formula], ...] = (
    distinct, distinct_amounts, days, latest, groups, pairs_of_columns, chain, absent, same,
)  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description="Kinds of conditions by what they cost.")
    options.add_argument("--each", type=int, default=20)
    options.add_argument("--events", type=int, default=645_000)
    options.add_argument("--profile", action="store_true")
    asked = options.parse_args()
    cat = catalog()
    clock = make_clock(read_moment("2026-11-24T00:00"), zone_transitions("UTC"))
    for kind in KINDS:
        meanings = [Meaning(f"s{number}", Everyone(), kind(number)) for number in range(asked.each)]
        plan = make_plan(meanings, cat, clock)
        program, unpacked = compile_program(plan), unpack(bucket_of(cat, plan, asked.events))
        evaluate_bucket(program, unpacked, Cuts(), 0)
        started = time.process_time()
        members = int(evaluate_bucket(program, unpacked, Cuts(), 0).members.sum())
        spent = (time.process_time() - started) / asked.each
        print(f"{kind.__name__:18} {1000 * spent:7.2f} ms each, {members:,} memberships")
        if asked.profile:
            with cProfile.Profile(time.process_time) as profile:
                evaluate_bucket(program, unpacked, Cuts(), 0)
            pstats.Stats(profile).sort_stats("tottime").print_stats(8)


if __name__ == "__main__":
    main()
