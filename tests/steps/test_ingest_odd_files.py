"""The table of odd files through Spark: the lake reads each as `try` does, and refuses each in the same words."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import SparkSession

from tests.catalog.test_odd_files import KEYS, READ, REFUSED, name_of
from tests.steps.night import CONTACTS, Company
from tests.steps.source_rows import delivered_rows

SOURCE = f"""
version: 1
source: s
{KEYS}delivery: append
read: {{files: {{path: "s/{{date}}/s.csv*", format: csv}}}}
gates: {{rows_at_least: 0, unknown_contacts_at_most: "100%"}}
"""


def test_odd_files_are_the_same_in_the_lake_as_in_try(spark: SparkSession, tmp_path: Path) -> None:
    company = Company(spark, tmp_path, {"contacts": CONTACTS, "s": SOURCE})
    files = {**{case: data for case, (data, _) in READ.items()}, **{case: data for case, (data, _) in REFUSED.items()}}
    del files["nothing at all"]  # an empty file is one that is still being written: it has not arrived
    labels = {f"2026-{1 + place // 28:02}-{1 + place % 28:02}": case for place, case in enumerate(files)}
    for label, case in labels.items():
        path = company.root / "landing" / "s" / label / name_of(files[case])
        path.parent.mkdir(parents=True)
        path.write_bytes(files[case])

    report = company.ingest(sources=["s"])

    cases = {entry.delivery_no or 0: labels[entry.label] for entry in report.accepted}
    night = company.night("2026-11-24T00:00")
    source = night.catalog.sources["s"]
    found: dict[str, list[tuple[str, str | None, int | None]]] = {case: [] for case in READ}
    for row in delivered_rows(spark, company.lake, source, night.stored(source).schema, list(cases)).collect():
        found[cases[row["delivery_no"]]].append((row["contact_id"], row["name"], row["n"]))
    # Rows without a contact are nobody's and stay behind.
    assert {case: sorted(rows) for case, rows in found.items()} == {
        case: sorted((one, *rest) for one, *rest in expected if one) for case, (_, expected) in READ.items()
    }
    assert {labels[entry.label]: entry.rows for entry in report.accepted} == {
        case: len(expected) for case, (_, expected) in READ.items()
    }
    skip = "Deliver it again, corrected, or go on without it: `ingest --skip s {} --reason … --as-of …`."
    told: dict[str, str | None] = {}
    for label, case in labels.items():
        if case in REFUSED:
            # A line of the catalog ends without a full stop, so that it can be taken as it stands; in a sentence it has one.
            told[case] = f"s/{label}/s.csv: {REFUSED[case][1].removesuffix('.')}. {skip.format(label)}"
    assert {labels[entry.label]: entry.reason for entry in report.refused} == told
