"""Great Expectations judges one row of counts: a suite made from the checks, a result, and a page for people.

It runs inside the job, in memory, with analytics off: nothing is sent anywhere. Importing it takes seconds, so it is
imported when the first delivery is judged; `warm_up` does that beside the start of Spark.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jobs.intake.checks import Check

RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}
"""Great Expectations' own default keeps offending values; this one keeps numbers."""


@dataclass(frozen=True)
class DeliveryJudgement:
    """How a delivery was judged. `result` is Great Expectations' JSON, `page` its HTML; `failed` in the checks' order."""

    failed: tuple[Check, ...]
    result: str
    page: str

    @property
    def accepted(self) -> bool:
        return not self.failed


def judge(suite: str, delivery: str, checks: Sequence[Check]) -> DeliveryJudgement:
    """The judgement of Great Expectations on one delivery's counts."""
    gx = _library()
    context = _context()
    for existing in [standing.name for standing in context.suites.all() if standing.name == suite]:
        context.suites.delete(existing)
    expectations = context.suites.add(
        gx.ExpectationSuite(name=suite, expectations=[_expect(check) for check in checks])
    )
    definition = gx.ValidationDefinition(name=f"{suite} {delivery}", data=_batch(context), suite=expectations)
    context.validation_definitions.add_or_update(definition)
    result = definition.run(batch_parameters={"dataframe": _one_row(checks)}, result_format=RESULT_FORMAT)
    context.validation_definitions.delete(definition.name)
    unmet = {outcome.expectation_config.kwargs["column"] for outcome in result.results if not outcome.success}
    return DeliveryJudgement(
        tuple(check for check in checks if check.name in unmet),
        json.dumps(result.to_json_dict(), indent=1, sort_keys=True),
        _page(result),
    )


def warm_up() -> None:
    """Begins the slow import in a thread of its own."""
    threading.Thread(target=_library, name="great-expectations", daemon=True).start()


@cache
def _library() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations
    import great_expectations.data_context.types.base
    import great_expectations.expectations
    import great_expectations.render.renderer
    import great_expectations.render.view

    return great_expectations


@cache
def _context() -> Any:
    gx = _library()
    types = gx.data_context.types.base
    # Of its own it makes a folder for a site of pages and says so at every start; our pages are the lake's.
    stores = types.InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    config = types.DataContextConfig(
        store_backend_defaults=stores,
        analytics_enabled=False,
        progress_bars=types.ProgressBarsConfig(globally=False),
    )
    return gx.get_context(project_config=config, mode="ephemeral")


@cache
def _batch(context: Any) -> Any:
    asset = context.data_sources.add_pandas("lake").add_dataframe_asset("counts of a delivery")
    return asset.add_batch_definition_whole_dataframe("one row")


def _expect(check: Check) -> Any:
    return _library().expectations.ExpectColumnMaxToBeBetween(
        column=check.name,
        min_value=check.at_least,
        max_value=check.at_most,
        description=f"{check.name}: {check.expected}",
    )


def _one_row(checks: Sequence[Check]) -> Any:
    import pandas

    return pandas.DataFrame([{check.name: check.found for check in checks}])


def _page(result: Any) -> str:
    library = _library()
    document = library.render.renderer.ValidationResultsPageRenderer().render(result)
    return library.render.view.DefaultJinjaPageView().render(document)
