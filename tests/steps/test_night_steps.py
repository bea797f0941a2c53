"""Ingest and pack as a night runs them: the run is opened, pinned and told; a second time nothing is done twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.errors import DATA, DONE, PARTLY, DataError, UsageError
from jobs.runs.pins import pin
from jobs.runs.run import runs_of
from jobs.runs.step_pins import IngestPin, PackPin, PublishPin
from jobs.steps import ingest, pack
from tests.steps.night import Company

AS_OF = "2026-11-24T00:00"
HEADER = "customer_id,ordered_at,amount"


@pytest.fixture
def company(spark: SparkSession, tmp_path: Path) -> Company:
    made = Company(spark, tmp_path)
    made.catalog()
    spec = {"version": 1, "id": "austria", "name": "Austria", "where": {"attribute": "country", "is": "AT"}}
    file = tmp_path / "specs" / "all" / "austria.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(spec))
    return made


def test_a_night_pins_what_it_took_in_and_packed_and_a_later_one_opens_only_for_news(company: Company) -> None:
    settings = company.settings
    with pytest.raises(UsageError, match=r"^--source oder: the catalog has no such delivered source.*order"):
        ingest.run(settings, AS_OF, sources=["oder"])
    with pytest.raises(DataError) as stopped:
        ingest.run(settings, AS_OF)
    (run,) = runs_of(company.lake)
    assert (run.state, run.steps["ingest"]["exit_code"], run.steps["ingest"]["reason"]) == (
        "opened",
        DATA,
        stopped.value.message,
    )

    company.deliver("contacts/2026-11-23.csv", "contact_id,country,born_on", "ada,AT,")
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,x")
    took = ingest.run(settings, AS_OF)
    pinned = runs_of(company.lake)[0].pins["ingest"]
    assert (took.exit_code, took.details["run_no"]) == (PARTLY, 1)
    assert took.summary.splitlines()[0] == "run 1: 1 deliveries accepted, 1 refused"
    assert took.summary.splitlines()[1].startswith(
        "  order failed: delivery 2026-11-23 was refused: order/2026-11-23.csv: "
    )
    assert pinned == IngestPin(2, {"contacts": (1,), "order": ()})
    assert list(runs_of(company.lake)[0].failed_sources) == ["order"]
    again = ingest.run(settings, AS_OF)
    assert again.exit_code == PARTLY
    assert again.summary.splitlines()[0] == (
        "run 1: its deliveries are pinned already. What came since is for another run: finish this one "
        f"(`run --as-of {AS_OF}`) and say the same again, or say it with the next night's --as-of."
    )

    packed = pack.run(settings, AS_OF)
    assert (packed.exit_code, packed.summary) == (
        DONE,
        "run 1: pack 1 is made, 1 contacts have numbers (1 new, 0 gone, 0 back)",
    )
    assert pack.run(settings, AS_OF).summary == "run 1: packed already, in pack 1"
    assert runs_of(company.lake)[0].pins["pack"] == PackPin(1)

    pin(company.lake, runs_of(company.lake)[0], PublishPin())  # what finishes a run
    finished = ingest.run(settings, AS_OF)
    assert finished.summary.splitlines()[0] == "run 1: nothing new was delivered"
    company.deliver("order/2026-11-23.csv", HEADER, "ada,2026-11-01,1.00")
    news = ingest.run(settings, AS_OF)
    assert (news.exit_code, news.summary) == (DONE, "run 2: 1 deliveries accepted, 0 refused")


def test_pack_needs_an_ingest_of_the_same_as_of(company: Company) -> None:
    with pytest.raises(UsageError, match=r"Run `ingest --as-of 2026-11-24T00:00` first"):
        pack.run(company.settings, AS_OF)
