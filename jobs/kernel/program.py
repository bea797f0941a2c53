"""A plan compiled to a flat program: numbered values and bitmaps, passes over sources, ands and ors of bitmaps.

Equal atoms of a thousand segments become one number. What waits for a computed column's cases, or for rows that compare
with a contact's value, is a later level.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jobs.catalog.types import ColumnType
from jobs.kernel.contact_program import ContactCompiler
from jobs.kernel.instructions import (
    ChainNode,
    Gathering,
    LeafOutput,
    RowsValue,
    StageProgram,
    ValueNode,
)
from jobs.kernel.localtime import LocalTime, local_time
from jobs.kernel.schedule import Staging
from jobs.language.atoms import (
    Quantile,
)
from jobs.plan.run_plan import Plan


@dataclass(frozen=True, eq=False)
class SourceShape:
    """What the kernel must know of a source. `columns`: the paths its rows must carry."""

    name: str
    timed: bool
    time: str
    keep_cut_us: int | None
    columns: frozenset[str]


@dataclass(frozen=True, eq=False)
class Program:
    """Everything a bucket needs to be evaluated; the same for all buckets of a run."""

    local: LocalTime
    sources: Mapping[str, SourceShape]
    segments: tuple[str, ...]
    values: tuple[ValueNode, ...]
    types: tuple[ColumnType | None, ...]
    rows_values: tuple[RowsValue, ...]
    gatherings: tuple[Gathering, ...]
    chains: tuple[ChainNode, ...]
    leaves: tuple[LeafOutput, ...]
    bitmaps: int
    quantiles: tuple[Quantile, ...]
    stages: tuple[StageProgram, ...]
    over: Mapping[str, tuple[str, ...]]

    def above(self, column: str) -> tuple[str, ...]:
        """The segments that a computed column, `source.column`, reaches: what fails when its type cannot hold a value."""
        return self.over.get(column, ())


def compile_program(plan: Plan) -> Program:
    """The program of a plan; equal plans give equal programs."""
    return program_of(plan, compiled(plan))


def compiled(plan: Plan) -> ContactCompiler:
    """Everything that the segments of a plan stand on, numbered; what a program is made from."""
    compiler = ContactCompiler(plan.catalog, plan.keep_cut_us, plan.clock.as_of_us)
    for segment in plan.decided:
        compiler.add_decided(segment)
    for meaning in plan.segments:
        compiler.add_segment(meaning)
    return compiler


def program_of(plan: Plan, compiler: ContactCompiler) -> Program:
    """The program of a plan, from what it was compiled to."""
    quantiles = tuple(quantile for stage in plan.stages for quantile in stage.quantiles)
    assert set(quantiles) == set(compiler.quantiles), "the plan and the program see different quantiles"
    staging = Staging(compiler)
    return Program(
        local=local_time(plan.clock),
        sources={name: _shape(name, plan) for name in plan.columns},
        segments=tuple(meaning.id for meaning in plan.segments),
        values=tuple(compiler.values),
        types=tuple(compiler.types),
        rows_values=tuple(compiler.rows.items),
        gatherings=tuple(compiler.rows.gatherings),
        chains=tuple(compiler.rows.chains),
        leaves=tuple(compiler.leaves),
        bitmaps=len(compiler.bits),
        quantiles=tuple(compiler.quantiles),
        stages=tuple(staging.stage(stage, final=number == plan.last_stage) for number, stage in enumerate(plan.stages)),
        over=compiler.segments_over(),
    )


def _shape(name: str, plan: Plan) -> SourceShape:
    source = plan.catalog.sources[name]
    timed = source.has_time
    return SourceShape(name, timed, source.time, plan.keep_cut_us.get(name) if timed else None, plan.columns[name])
