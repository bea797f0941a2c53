"""Opening a run: what resumes one, what opens another, and what stays pinned whatever changes meanwhile."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.errors import DONE, CatalogError, Unreachable, UsageError
from jobs.lake.file_commits import put_rows
from jobs.lake.tables import LIST_REGISTRY
from jobs.runs.inputs import kept_inputs
from jobs.runs.opening import open_run
from jobs.runs.outcome import Outcome
from jobs.runs.pins import Note, pin, record, recorded, renumbered
from jobs.runs.run import Run, find_run, run_numbered, runs_of
from jobs.runs.step_pins import IngestPin, OpeningPin, PackPin, PublishPin
from tests.steps.planted import Planted

NIGHT = "1998-02-01T00:00"


@pytest.fixture
def planted(spark: SparkSession, tmp_path: Path) -> Planted:
    made = Planted(spark, tmp_path)
    made.write_catalog()
    made.spec("germans", {"attribute": "country", "is": "DE"})
    return made


def opened(planted: Planted, news: bool = False, as_of: str = NIGHT) -> Run:
    return open_run(planted.settings, as_of, lambda _: news)


def finish(planted: Planted, run: Run) -> Run:
    return pin(planted.lake, run, PublishPin())


def test_the_same_opening_resumes_an_unfinished_run_and_gives_back_a_finished_one(planted: Planted) -> None:
    first = opened(planted)
    assert (first.run_no, first.state, first.as_of.isoformat()) == (1, "opened", "1998-01-31T23:00:00+00:00")
    assert opened(planted, news=True).run_no == 1  # unfinished: news will be part of it
    assert opened(planted, as_of="1998-01-31T23:00Z").run_no == 1  # the same instant in other words
    finish(planted, first)
    again = opened(planted)
    assert (again.run_no, again.finished) == (1, True)
    assert opened(planted, news=True).run_no == 2
    assert opened(planted, as_of="1998-02-02T00:00").run_no == 3
    assert [run.run_no for run in runs_of(planted.lake)] == [1, 2, 3]


def test_changed_specs_or_catalog_open_another_run_and_so_does_changing_them_back(planted: Planted) -> None:
    first = finish(planted, opened(planted))
    before = (planted.root / "specs/all/germans.json").read_text()
    planted.spec("germans", {"attribute": "country", "is": "AT"})
    second = finish(planted, opened(planted))
    assert second.run_no == 2
    (planted.root / "specs/all/germans.json").write_text(before)
    third = finish(planted, opened(planted))  # what is published now is the second's: the first does not count any more
    assert (third.run_no, third.specs_hash) == (3, first.specs_hash)
    catalog = planted.root / "catalog/order.yaml"
    catalog.write_text(catalog.read_text() + "meaning: Purchases\n")
    assert opened(planted).run_no == 4


def test_a_run_keeps_the_specs_it_was_opened_with(planted: Planted) -> None:
    run = opened(planted)
    before = kept_inputs(planted.lake, run.pinned(OpeningPin).inputs).specs.valid["germans"]
    planted.spec("germans", {"attribute": "country", "is": "FR"})
    (planted.root / "catalog/order.yaml").unlink()
    kept = kept_inputs(planted.lake, run.pinned(OpeningPin).inputs)
    assert kept.specs.valid["germans"].spec_hash == before.spec_hash
    assert set(kept.catalog.sources) == {"contacts", "order", "shop"}
    assert kept.zone.name == "Europe/Vienna"


def test_broken_specs_are_counted_and_the_others_go_on(planted: Planted) -> None:
    (planted.root / "specs/all/bad.json").write_text('{"version": 1}')
    planted.spec("on_bad", {"segment": "bad"})
    run = opened(planted)
    assert (run.pinned(OpeningPin).valid, run.broken) == (1, 2)
    kept = kept_inputs(planted.lake, run.pinned(OpeningPin).inputs)
    assert list(kept.specs.valid) == ["germans"]
    assert {Path(problem.file).stem for problem in kept.specs.problems} == {"bad", "on_bad"}


def test_a_broken_catalog_opens_nothing(planted: Planted) -> None:
    (planted.root / "catalog/order.yaml").write_text("version: 1\nsource: other\nkind: events\n")
    with pytest.raises(CatalogError):
        opened(planted)
    assert runs_of(planted.lake) == []


def test_a_pin_is_made_once_and_the_first_one_counts(planted: Planted) -> None:
    run = opened(planted)
    first = pin(planted.lake, run, IngestPin(3), {"order": "refused"})
    second = pin(planted.lake, run, IngestPin(9))
    assert first == second
    assert (second.state, second.pinned(IngestPin), second.failed_sources) == (
        "ingested",
        IngestPin(3),
        {"order": "refused"},
    )
    with pytest.raises(UsageError) as missing:
        second.pinned(PackPin)
    assert str(missing.value) == (
        "run 1 of 1998-01-31T23:00Z has no pack yet. Run `pack` with the same --as-of first, or `run` for the whole night."
    )
    noted = record(planted.lake, run, "pack", Note(20, "contacts: too few", 1.5))
    assert noted.steps["pack"] == {"exit_code": 20, "reason": "contacts: too few", "seconds": 1.5}
    assert noted.pins == second.pins
    assert noted.told() == "pack ended with 20: contacts: too few"


def test_who_fails_at_a_step_that_another_has_done_leaves_the_others_note(planted: Planted) -> None:
    run = opened(planted)

    def second() -> Outcome:
        pin(planted.lake, run, PackPin(4), note=Note(DONE, "pack 4 is made", 1.0))
        raise Unreachable("another pack took the number 4 meanwhile")

    with pytest.raises(Unreachable):
        recorded(planted.lake, run, "pack", second)
    assert run_numbered(planted.lake, run.run_no).steps["pack"]["reason"] == "pack 4 is made"


def test_a_run_that_comes_too_late_goes_on_under_a_new_number(planted: Planted) -> None:
    late = pin(planted.lake, opened(planted), PackPin(4))
    opened(planted, as_of="1998-02-02T00:00")
    again = renumbered(planted.lake, late)
    assert (again.run_no, again.key, again.pins, again.state) == (3, late.key, late.pins, "packed")
    assert run_numbered(planted.lake, 1).state == "failed"
    assert find_run(planted.settings, NIGHT).run_no == 3


def test_a_step_without_a_run_says_how_to_get_one(planted: Planted) -> None:
    with pytest.raises(UsageError) as missing:
        find_run(planted.settings, NIGHT)
    assert str(missing.value) == (
        f"no run of {NIGHT} has been opened in {planted.lake}. "
        f"Run `ingest --as-of {NIGHT}` first, or `run` for the whole night."
    )
    with pytest.raises(UsageError, match="--as-of: found"):
        find_run(planted.settings, "tomorrow")


def test_lists_that_specs_name_are_pinned_by_version_and_missing_ones_break_the_spec(planted: Planted) -> None:
    entries = [
        ("news", date(1998, 1, 30), 1, "superseded", 2, "a1"),
        ("news", date(1998, 1, 30), 1, "frozen", 1, "a1"),
        ("news", date(1998, 1, 30), 2, "frozen", 1, "a2"),
        ("news", date(1998, 2, 2), 1, "frozen", 1, "b1"),
        ("gone", date(1998, 1, 30), 1, "recalled", 2, "c1"),
        ("gone", date(1998, 1, 20), 1, "frozen", 1, "c0"),
    ]
    fields = ("name", "date", "version", "state", "entry_no", "attempt")
    put_rows(planted.lake, LIST_REGISTRY, [dict(zip(fields, entry, strict=True)) for entry in entries])
    planted.spec("newest", {"list": "news"})
    planted.spec("dated", {"list": "news", "date": "1998-02-02"})
    planted.spec("recalled", {"list": "gone"})
    planted.spec("unknown", {"list": "nws"})
    run = opened(planted)
    assert run.broken == 1
    assert run.lists == {
        "news": {"date": "1998-01-30", "version": 2, "attempt": "a2", "sources": [], "sensitive": []},
        "news@1998-02-02": {"date": "1998-02-02", "version": 1, "attempt": "b1", "sources": [], "sensitive": []},
        "gone": {"problem": "contact list gone of 1998-01-30 is recalled"},
    }
