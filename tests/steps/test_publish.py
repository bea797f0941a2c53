"""Publishing: what each night makes visible, what is held back, and that nothing half done ever is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.errors import PARTLY
from jobs.lake.bitmaps import positions
from jobs.lake.reads import table_rows
from jobs.lake.segment_runs import read_segment_runs
from jobs.lake.tables import CHANGE_ROWS, MEMBERSHIP_CHANGES, SEGMENT_RUNS, segment_table
from jobs.publication import published_run, report
from jobs.runs.outcome import Outcome
from jobs.steps import evaluate, publish
from tests.steps.planted import Planted

# Numbers are given in this order: ada 0, bob 1, cyd 2, dan 3, eve 4.
FIRST = [("ada", "DE", 1), ("bob", "DE", 2), ("cyd", "AT", 3)]
SECOND = [("ada", "DE", 1), ("cyd", "DE", 3), ("dan", "DE", 4), ("eve", "AT", 5)]  # bob left
BOUGHT = [("ada", "1998-01-05", "10.00"), ("cyd", "1998-01-06", "20.00")]


@dataclass
class Nights:
    """Four nights of one company.

    Night 1 is the first. On night 2 people change, `strict` is held, and the spec of `breaks` is broken. On night 3 nobody
    changes; the spec of `richer` does, those of `gone` and `breaks` are deleted, `rows_no_more` says "counts", and the first
    attempt to publish ends before the last commit. Night 4 is of a day before night 3.
    """

    planted: Planted
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    versions: list[int] = field(default_factory=list[int])
    """Of the table segments/germans, after each night."""
    shown: list[list[dict[str, Any]]] = field(default_factory=list[list[dict[str, Any]]])
    germans: list[list[str]] = field(default_factory=list[list[str]])
    half: tuple[list[int], list[dict[str, Any]], int] = ([], [], 0)
    """After the ended attempt: the runs that can be seen, what is shown, and the report's code."""

    def told(self, run_no: int, segment: str) -> tuple[Any, ...]:
        return self.planted.told(run_no)[segment]

    def night(self, as_of: str) -> None:
        self.outcomes.append(self.planted.night(as_of))
        self.versions.append(version_of(self.planted, "germans"))
        self.shown.append(report.rows_for_segments(self.planted.settings))
        self.germans.append(members_of(self.planted, "germans"))

    def ended(self, as_of: str) -> None:
        """A night whose publish ends before the last commit."""
        self.planted.open(as_of)
        evaluate.run(self.planted.settings, as_of)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(published_run, "_make_visible", ends)
            with pytest.raises(KeyboardInterrupt):
                publish.run(self.planted.settings, as_of)
        self.half = (
            sorted({row.run_no for row in read_segment_runs(self.planted.lake)}),
            report.rows_for_segments(self.planted.settings),
            report.run(self.planted.settings, as_of).exit_code,
        )


def ends(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture(scope="module")
def nights(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    planted = Planted(spark, tmp_path_factory.mktemp("nights"))
    planted.spec("germans", {"attribute": "country", "is": "DE"}, publish="rows")
    planted.spec("strict", {"attribute": "country", "is": "DE"}, expect={"change_at_most": "10%"}, publish="rows")
    planted.spec("on_strict", {"all": [{"segment": "strict"}, {"event": "order"}]})
    planted.spec("richer", {"attribute": "shop.spent", "more_than": 15})
    planted.spec("nobody", {"attribute": "country", "is": "FR"}, expect={})
    planted.spec("gone", {"event": "order"}, publish="rows")
    planted.spec("rows_no_more", {"event": "order"}, publish="rows")
    breaks = planted.spec("breaks", {"attribute": "country", "is": "AT"})
    made = Nights(planted)
    planted.deliver(FIRST, BOUGHT)
    made.night("1998-02-01T00:00")
    planted.spec("breaks", {"attribute": "cuntry", "is": "AT"})
    planted.deliver(SECOND, BOUGHT)
    made.night("1998-02-02T00:00")
    planted.spec("richer", {"attribute": "shop.spent", "more_than": 5})
    planted.spec("rows_no_more", {"event": "order"})
    (planted.root / "specs/all/gone.json").unlink()
    breaks.unlink()
    made.ended("1998-02-03T00:00")
    made.night("1998-02-03T00:00")
    planted.spec("late", {"attribute": "country", "is": "AT"}, publish="rows")
    planted.deliver(FIRST, BOUGHT)
    made.night("1998-02-02T12:00")
    return made


def version_of(planted: Planted, segment: str) -> int:
    from deltalake import DeltaTable

    return DeltaTable(f"{planted.lake}/segments/{segment}").version()


def members_of(planted: Planted, segment: str) -> list[str]:
    return sorted(row["contact_id"] for row in table_rows(planted.lake, segment_table(segment)))


def changed(planted: Planted, run_no: int) -> dict[str, tuple[list[int], list[int]]]:
    rows = table_rows(planted.lake, MEMBERSHIP_CHANGES, filters=[("run_no", "=", run_no)])
    return {
        row["segment"]: (positions(row["entered"]).tolist(), positions(row["left"]).tolist())
        for row in rows
    }  # fmt: skip


def test_a_first_night_publishes_counts_and_compares_with_nothing(nights: Nights) -> None:
    assert nights.planted.told(1) == {
        "germans": ("published", 2, None, None),
        "strict": ("published", 2, None, None),
        "on_strict": ("published", 1, None, None),
        "richer": ("published", 1, None, None),
        "nobody": ("held", 0, None, None),
        "gone": ("published", 2, None, None),
        "rows_no_more": ("published", 2, None, None),
        "breaks": ("published", 1, None, None),
    }
    assert changed(nights.planted, 1) == {}
    assert nights.outcomes[0].exit_code == PARTLY
    assert "held nobody: 0 members, at least 1 expected (expect.at_least)" in nights.outcomes[0].summary


def test_the_second_night_says_who_entered_and_left(nights: Nights) -> None:
    assert nights.told(2, "germans") == ("published", 3, 2, 1)  # cyd and dan came, bob went
    assert nights.told(2, "richer") == ("published", 1, 0, 0)
    assert changed(nights.planted, 2) == {"germans": ([2, 3], [1])}
    rows = table_rows(nights.planted.lake, CHANGE_ROWS, filters=[("run_no", "=", 2)])
    assert sorted((row["segment"], row["change"], row["contact_id"]) for row in rows) == [
        ("germans", "entered", "cyd"),
        ("germans", "entered", "dan"),
        ("germans", "left", "bob"),
    ]


def test_a_held_segment_keeps_yesterdays_state_and_says_why(nights: Nights) -> None:
    assert nights.told(2, "strict")[:2] == ("held", 3)
    shown = {row["id"]: row for row in nights.shown[1]}["strict"]
    assert (shown["status"], shown["members"], shown["as_of"]) == ("held", 2, "1998-02-01T00:00+01:00")
    assert shown["reason"] == (
        "3 members, 2 when last published: a change of 50%, at most 10% expected (expect.change_at_most)"
    )
    assert members_of(nights.planted, "strict") == ["ada", "bob"]
    assert nights.told(2, "on_strict") == ("failed", None, None, None)


def test_row_tables_hold_the_members_and_are_left_alone_when_nothing_changed(nights: Nights) -> None:
    assert nights.germans[:3] == [["ada", "bob"], ["ada", "cyd", "dan"], ["ada", "cyd", "dan"]]
    assert nights.versions[0] < nights.versions[1] == nights.versions[2]
    rows = table_rows(nights.planted.lake, segment_table("germans"))
    assert {(row["run_no"], row["as_of"].isoformat()) for row in rows} == {(2, "1998-02-01T23:00:00+00:00")}


def test_a_changed_spec_is_compared_with_nothing(nights: Nights) -> None:
    assert nights.told(3, "richer") == ("published", 2, None, None)
    assert nights.told(3, "germans") == ("published", 3, 0, 0)


def test_a_segment_without_a_spec_is_retired_once_and_loses_its_table(nights: Nights) -> None:
    assert nights.told(3, "gone") == ("retired", None, None, None)
    lake = Path(nights.planted.lake)
    assert not (lake / "segments/gone").exists()
    assert not (lake / "segments/rows_no_more").exists()
    assert (lake / "segments/germans").exists()
    assert {row["id"]: row["members"] for row in nights.shown[2]} == {
        "germans": 3, "strict": 2, "on_strict": 1, "richer": 2, "nobody": None, "gone": None, "rows_no_more": 2,
        "breaks": None,
    }  # fmt: skip


def test_what_is_shown_has_the_keys_that_programs_rely_on(nights: Nights) -> None:
    row = {row["id"]: row for row in nights.shown[1]}["germans"]
    assert {key: row[key] for key in ("id", "status", "members", "entered", "left", "as_of", "reason")} == {
        "id": "germans", "status": "published", "members": 3, "entered": 2, "left": 1,
        "as_of": "1998-02-02T00:00+01:00", "reason": "",
    }  # fmt: skip
    assert [row["id"] for row in nights.shown[1]] == sorted(row["id"] for row in nights.shown[1])


def test_publishing_a_published_run_again_changes_nothing(nights: Nights) -> None:
    planted = nights.planted
    before = table_rows(planted.lake, SEGMENT_RUNS)
    again = publish.run(planted.settings, "1998-02-03T00:00")
    assert again == nights.outcomes[2]
    assert table_rows(planted.lake, SEGMENT_RUNS) == before


def test_the_report_is_green_only_for_a_finished_run_with_nothing_held(nights: Nights) -> None:
    settings = nights.planted.settings
    assert report.run(settings, "1998-02-03T00:00").exit_code == PARTLY
    missing = report.run(settings, "1998-03-01T00:00")
    assert (missing.exit_code, missing.summary) == (
        PARTLY,
        "There is no finished run of 1998-03-01T00:00: none was opened",
    )


def test_until_the_last_commit_nobody_sees_a_run(nights: Nights) -> None:
    runs, shown, code = nights.half
    assert runs == [1, 2]
    assert shown == nights.shown[1]
    assert code == PARTLY
    assert changed(nights.planted, 3) == {}


def test_a_broken_spec_keeps_its_last_publication_until_it_is_deleted(nights: Nights) -> None:
    shown = {row["id"]: row for row in nights.shown[1]}["breaks"]
    assert (shown["status"], shown["members"], shown["as_of"]) == ("failed", 1, "1998-02-01T00:00+01:00")
    file = nights.planted.root / "specs/all/breaks.json"
    assert shown["reason"].startswith(f"its spec has a problem: {file}#/where/attribute: ")
    assert "1 spec file has problems; `validate` shows them" in nights.outcomes[1].summary
    assert nights.told(3, "breaks")[0] == "retired"


def test_a_run_of_an_earlier_day_neither_replaces_row_tables_nor_becomes_the_newest(nights: Nights) -> None:
    assert nights.told(4, "germans") == ("published", 2, 1, 2)  # against night 2: bob came; cyd and dan went
    assert nights.told(4, "late") == ("published", 1, None, None)
    assert nights.germans[3] == ["ada", "cyd", "dan"]
    assert nights.versions[3] == nights.versions[2]
    assert not (Path(nights.planted.lake) / "segments/late").exists()
    assert {row["run_no"] for row in nights.shown[3]} == {3}
    assert "retired" not in {row[0] for row in nights.planted.told(4).values()}
