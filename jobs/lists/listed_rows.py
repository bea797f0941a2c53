"""What is shown of contact lists: one object for each version, in the shape of `lists --json`.

`rows` of a list whose segment a sensitive column decides is what `segments` shows of its members in that run: the number,
or "under 50", "50 or more".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from jobs.catalog.shown_counts import ANY, Shown, vague
from jobs.lake.list_registry import Listed, read_registry
from jobs.lake.segment_runs import read_segment_runs
from jobs.publication.shown_members import every_page
from jobs.settings import Settings

Pages = Mapping[int, Mapping[str, Shown]]


def rows_for_lists(settings: Settings) -> list[dict[str, Any]]:
    """One dict for each list version, by name, date and version."""
    pages = every_page(settings.lake, read_segment_runs(settings.lake))
    return [described(listed, settings.lake, pages) for listed in read_registry(settings.lake)]


def described(listed: Listed, lake: str, pages: Pages) -> dict[str, Any]:
    """One object of `lists --json`; `path` is the whole address of the list's table."""
    return {
        "name": listed.name,
        "date": listed.date.isoformat(),
        "version": listed.version,
        "state": listed.state,
        "rows": _rows(listed, pages),
        "path": f"{lake.rstrip('/')}/{listed.path}" if listed.path else None,
        "segment": listed.segment,
        "content_hash": listed.content_hash,
        "run_no": listed.run_no,
        "reason": listed.reason,
    }


def _rows(listed: Listed, pages: Pages) -> Shown:
    members = pages.get(listed.run_no or 0, {}).get(listed.segment or "")
    if listed.rows is None or isinstance(members, int):
        return listed.rows
    sensitive = members is not None or json.loads(listed.manifest or "{}").get("sensitive")
    return vague(listed.rows, ANY if sensitive else None)
