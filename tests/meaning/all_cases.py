"""Every table and every case, for whoever wants to ask them of another voice, all at once."""

from __future__ import annotations

from tests.meaning import (
    test_aggregates,
    test_booleans,
    test_calendar,
    test_choice,
    test_computed,
    test_dates,
    test_groups,
    test_keys,
    test_logic,
    test_lookups,
    test_numbers,
    test_points,
    test_references,
    test_rows,
    test_sequence,
    test_text,
    test_timestamps,
    test_versions,
    test_windows,
)
from tests.meaning.tables import Table, asked

ALL_TABLES: list[Table] = [
    table
    for area in (
        test_text,
        test_choice,
        test_numbers,
        test_dates,
        test_timestamps,
        test_calendar,
        test_points,
        test_versions,
        test_booleans,
        test_logic,
        test_aggregates,
        test_windows,
        test_groups,
        test_sequence,
        test_references,
        test_computed,
        test_lookups,
        test_keys,
        test_rows,
    )
    for table in area.TABLES
]
ALL_CASES = asked(ALL_TABLES)
