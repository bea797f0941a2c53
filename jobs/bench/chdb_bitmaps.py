"""ClickHouse in a process (chDB), counting by bitmaps of contact numbers, as its users keep audiences.

Each distinct test becomes two bitmaps, of whom it is true and of whom it is false; who is in neither is unknown. A segment
is and/or/not over those, which is SQL's logic of three values.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.bench.peer_answers import PeerAnswer, files, grouped, is_no_row_false, passes
from jobs.bench.questions import TIME, AskedTests, Literals, Tree

if TYPE_CHECKING:
    from chdb.session import Session

CLICKHOUSE = Literals("toDateTime64('{} 00:00:00', 6, 'UTC')", "toDate32('{}')")
"""Its own DATE begins in 1970: who was born before would be born then."""
A_STATEMENT = 100
"""Segments of one statement."""


def count_in_chdb(root: Path, ids: Sequence[str], threads: int, cap: int, budget: float) -> PeerAnswer:
    from chdb.session import Session

    session = Session()
    session.query(f"SET max_threads = {threads}, max_memory_usage = {cap}, join_use_nulls = 1")
    load = _load(session, root / "landing")
    return passes(root, ids, load, lambda questions: chdb_pass(session, questions))


def _load(session: Session, landing: Path) -> float:
    """Numbers the contacts and gives every row the number of its contact; seconds of both."""
    begun = time.monotonic()
    session.query("CREATE DATABASE bench")
    session.query("USE bench")
    session.query(
        "CREATE TABLE contacts ENGINE = MergeTree ORDER BY no AS SELECT toUInt32(rowNumberInAllBlocks()) AS no, * "
        f"FROM file('{files(landing, 'contacts')}', Parquet)"
    )
    for source in TIME:
        who = "customer_id" if source == "order" else "contact_id"
        session.query(
            f'CREATE TABLE "{source}" ENGINE = MergeTree ORDER BY no AS SELECT contacts.no AS no, landed.* EXCEPT ({who}) '
            f"FROM file('{files(landing, source)}', Parquet) AS landed "
            f"INNER JOIN (SELECT no, contact_id FROM contacts) AS contacts ON contacts.contact_id = landed.{who}"
        )
    return time.monotonic() - begun


def chdb_pass(session: Session, questions: AskedTests) -> dict[str, int]:
    """Two bitmaps a test, made group by group, and the segments counted over one row that holds them all."""
    tables = [
        _bitmaps(session, questions, number, source, places)
        for number, (source, places) in enumerate(grouped(questions))
    ]
    everybody = "(SELECT groupBitmapState(no) AS everybody FROM contacts) AS e"
    session.query("DROP TABLE IF EXISTS wide")
    session.query(f"CREATE TABLE wide ENGINE = Memory AS SELECT * FROM {' CROSS JOIN '.join([everybody, *tables])}")
    counts: dict[str, int] = {}
    ids = list(questions.trees)
    for start in range(0, len(ids), A_STATEMENT):
        some = ids[start : start + A_STATEMENT]
        asked = ", ".join(f"bitmapCardinality({_true(questions, questions.trees[id_])}) AS {id_}" for id_ in some)
        counts |= {id_: int(count) for id_, count in _row(session, f"SELECT {asked} FROM wide").items()}
    return counts


def _bitmaps(session: Session, questions: AskedTests, number: int, source: str, places: list[int]) -> str:
    """A table of one row: of each of these tests the bitmap of yes, and of no where no is asked of rows."""
    answers = ", ".join(f"{questions.tests[place].sql(CLICKHOUSE)} AS q{place}" for place in places)
    rows = f'SELECT no, {answers} FROM "{source}"' + (" GROUP BY no" if source in TIME else "")
    states = [f"groupBitmapStateIf(no, coalesce(q{place}, false)) AS t{place}" for place in places]
    states += [
        f"groupBitmapStateIf(no, coalesce(NOT q{place}, false)) AS f{place}"
        for place in places
        if not is_no_row_false(questions.tests[place])
    ]
    session.query(f"DROP TABLE IF EXISTS g{number}")
    session.query(f"CREATE TABLE g{number} ENGINE = Memory AS SELECT {', '.join(states)} FROM ({rows})")
    return f"g{number}"


def _true(questions: AskedTests, tree: Tree) -> str:
    """The bitmap of those it is true of."""
    if isinstance(tree, int):
        return f"t{tree}"
    connective, children = tree
    if connective == "not":
        return _false(questions, children[0])
    return _folded("bitmapAnd" if connective == "and" else "bitmapOr", [_true(questions, child) for child in children])


def _false(questions: AskedTests, tree: Tree) -> str:
    """The bitmap of those it is false of."""
    if isinstance(tree, int):
        no_row_is_false = is_no_row_false(questions.tests[tree])
        return f"bitmapAndnot(everybody, t{tree})" if no_row_is_false else f"f{tree}"
    connective, children = tree
    if connective == "not":
        return _true(questions, children[0])
    return _folded("bitmapOr" if connective == "and" else "bitmapAnd", [_false(questions, child) for child in children])


def _folded(function: str, bitmaps: Sequence[str]) -> str:
    if not bitmaps:  # nothing is asked: everybody, of whom it is never false
        return "everybody" if function == "bitmapAnd" else "bitmapAndnot(everybody, everybody)"
    first, *others = bitmaps
    for other in others:
        first = f"{function}({first}, {other})"
    return first


def _row(session: Session, statement: str) -> dict[str, Any]:
    return json.loads(str(session.query(statement, "JSONEachRow")))
