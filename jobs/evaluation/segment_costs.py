"""What each segment of a plan cost, or would cost: the kernel's time and bytes divided among those that need them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from jobs.evaluation.meters import Meter
from jobs.kernel.bucket_rows import BUCKET
from jobs.kernel.contact_program import ContactCompiler
from jobs.kernel.program import Program, compiled, program_of
from jobs.kernel.stopwatch import COMPILING, WorkKey
from jobs.kernel.work_shares import Rates, Spent, WorkShare, divided, rates_of, shares_of
from jobs.kernel.work_units import Units, units_of
from jobs.kernel.work_users import StageUsers, needs_of, stage_users
from jobs.lake.tables import IDENTITY
from jobs.plan.run_plan import Plan
from jobs.runs.run_costs import RunCosts, SegmentCost

SECOND = 1_000_000_000


@dataclass(frozen=True, eq=False)
class SharedWork:
    """A plan's program, and who needs what of it."""

    program: Program
    compiler: ContactCompiler

    @staticmethod
    def of(plan: Plan) -> SharedWork:
        """A plan's, compiled."""
        compiler = compiled(plan)
        return SharedWork(program_of(plan, compiler), compiler)

    @cached_property
    def users(self) -> list[StageUsers]:
        """By stage."""
        needs = needs_of(self.compiler)
        return [stage_users(self.compiler, needs, steps) for steps in self.program.stages]

    @cached_property
    def units(self) -> list[Units]:
        """By stage."""
        return [
            units_of(self.program, steps, users) for steps, users in zip(self.program.stages, self.users, strict=True)
        ]

    def measured(self, run_no: int, meters: Mapping[int, Meter], buckets: int) -> RunCosts:
        """What a run cost, by the meters of its stages."""
        final = len(self.units) - 1
        spent: dict[int, dict[WorkKey, int]] = {stage: dict(meter.watch.spent) for stage, meter in meters.items()}
        # Loops are compiled for whoever is first; the last stage, which is everybody's, would have needed them anyway.
        if compiling := sum(of_stage.pop(COMPILING, 0) for of_stage in spent.values()):
            spent.setdefault(final, {})[COMPILING] = compiling
        rates = rates_of((self.units[stage], of_stage) for stage, of_stage in spent.items())
        last = meters.get(final, Meter())
        return self._costs(run_no, spent, last.bytes, buckets, rates)

    def foretold(self, last: RunCosts) -> RunCosts:
        """What it would cost at the rates of another run, over the tiles of that one."""
        spent = {stage: last.rates.foretold(units) for stage, units in enumerate(self.units)}
        return self._costs(last.run_no, spent, last.bytes, last.buckets, last.rates)

    def _costs(
        self, run_no: int, spent: Mapping[int, Spent], tile_bytes: Mapping[str, int], buckets: int, rates: Rates
    ) -> RunCosts:
        seconds: dict[str, WorkShare] = {}
        for stage, of_stage in spent.items():
            for segment, share in divided(self.units[stage], of_stage).items():
                seconds[segment] = seconds.get(segment, WorkShare()) + share
        read = shares_of(self._read(tile_bytes))
        bitmaps = shares_of((1.0, users) for users in self.users[-1].bits.values())
        columns = self._own_columns()
        costs = {
            segment: SegmentCost(
                share.own / SECOND,
                share.shared / SECOND,
                round(read.get(segment, WorkShare()).own),
                round(bitmaps.get(segment, WorkShare()).own) * buckets * BUCKET // 8,
                tuple(columns.get(segment, ())),
            )
            for segment, share in sorted(seconds.items())
        }
        total = sum(sum(of_stage.values()) for of_stage in spent.values()) / SECOND
        return RunCosts(run_no, total, buckets, dict(tile_bytes), rates, costs)

    def _read(self, tile_bytes: Mapping[str, int]) -> Iterator[tuple[float, frozenset[str]]]:
        last = self.users[-1]
        for source, size in tile_bytes.items():
            users = last.everyone if source == IDENTITY else last.sources.get(source, last.everyone)
            yield float(size), users

    def _own_columns(self) -> dict[str, list[str]]:
        """The columns that a segment alone asks the last stage for."""
        columns: dict[str, list[str]] = {}
        for (source, path), users in sorted(self.users[-1].columns.items()):
            if path and len(users) == 1:
                (segment,) = users
                columns.setdefault(segment, []).append(f"{source}.{path}")
        return columns
