"""What specs would cost a night that has not run: the plan of tonight's folder with them in it, at the rates of a night that
was measured.

What is shared with whom follows from the plan alone, as it does when a night is measured. Without a measured night the
rates are a guess, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobs.answers.workspace import clock_of
from jobs.catalog.model import Catalog
from jobs.evaluation.segment_costs import SharedWork
from jobs.evaluation.sensitive_bounds import bound_meanings
from jobs.kernel.work_shares import Rates
from jobs.language.definitions import Spec
from jobs.plan.planner import make_plan
from jobs.publication.cost_table import by_cost, cost_row
from jobs.runs.run_costs import RunCosts, newest_costs
from jobs.runs.sensitivity import sensitive_in
from jobs.settings import read_settings

ANY_DAY = "2030-01-01T00:00"
"""How much there is to do is the same on every day."""
MILLISECOND = 1e6
GUESSED = RunCosts(
    run_no=0,
    seconds=0.0,
    buckets=31,
    bytes={},
    # Rounded from a measured night of 200,000 contacts and 2,000,000 events, times ten (of contacts: times five).
    rates=Rates(
        {
            ("rows",): 240 * MILLISECOND,
            ("rows", "contacts"): 18 * MILLISECOND,
            ("attribute",): 25 * MILLISECOND,
            ("pick",): 2 * MILLISECOND,
            ("index",): 100 * MILLISECOND,
            ("sweep",): 5 * MILLISECOND,
            ("sweep", "", "days"): 90 * MILLISECOND,
            ("sweep", "", "distinct"): 200 * MILLISECOND,
            ("sweep", "", "latest"): 90 * MILLISECOND,
            ("groups",): 350 * MILLISECOND,
            ("gathering",): 27 * MILLISECOND,
            ("sequence",): 390 * MILLISECOND,
            ("computed",): 25 * MILLISECOND,
            ("test",): 9 * MILLISECOND,
            ("keep",): 200 * MILLISECOND,
            ("quantile",): 200 * MILLISECOND,
            ("begin",): 1 * MILLISECOND,
            ("algebra",): 0.07 * MILLISECOND,
            ("members",): 0.06 * MILLISECOND,
        }
    ),
    segments={},
)
"""A million contacts and twenty million events."""


@dataclass(frozen=True)
class Foretold:
    """`rows` as `cost_row` has them, the dearest first. `run_no`: the night whose rates they are; None: guessed."""

    rows: list[dict[str, Any]]
    run_no: int | None

    def as_json(self) -> Mapping[str, Any]:
        return {"costs": self.rows, "rates_of_run": self.run_no, "guessed": self.run_no is None}

    def basis(self) -> str:
        if self.run_no is None:
            return (
                "A guess: no night has been measured in this lake. Times are those of a million contacts and twenty "
                "million events; what is own and what is shared is no guess."
            )
        return f"Foretold by the rates of run {self.run_no}, over its tiles. What it really is the next night measures."


def foretold(asked: Mapping[str, Spec], tonight: Mapping[str, Spec], catalog: Catalog) -> Foretold:
    """What `asked` would cost among the specs of `tonight`, of which those of the same ids are left out."""
    specs = {**tonight, **asked}
    meanings = [spec.meaning() for spec in specs.values()]
    sensitive = sensitive_in(catalog, specs, {})
    plan = make_plan([*meanings, *bound_meanings(meanings, sensitive)], catalog, clock_of(ANY_DAY, None))
    last = newest_costs(read_settings().lake)
    costs = SharedWork.of(plan).foretold(last or GUESSED)
    rows = [cost_row(id_, costs.segments.get(id_)) | {"measured": False} for id_ in asked]
    return Foretold(by_cost(rows), last.run_no if last else None)
