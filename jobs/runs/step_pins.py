"""What each step pins in its run, once: a type for each step, and how it is written in `runs.pins`.

A pin is read by the steps after it and by whoever asks about the run later; nothing but these values may decide what
they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, Literal

StepName = Literal["opening", "ingest", "pack", "evaluate", "publish"]


@dataclass(frozen=True)
class OpeningPin:
    """`inputs` is the name of the kept texts; `valid` specs of them, and `broken` files with problems."""

    step: ClassVar[StepName] = "opening"

    inputs: str
    valid: int = 0
    broken: int = 0


@dataclass(frozen=True)
class IngestPin:
    """The journal up to its last entry, and by source the numbers of the deliveries it consists of, in their order.

    `unread`: by source the columns that some of these were read otherwise for than the catalog says, each with the reason.
    """

    step: ClassVar[StepName] = "ingest"

    entry_no: int
    deliveries: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, "tuple[int, ...]"])
    unread: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])

    def __post_init__(self) -> None:
        whole = {source: tuple(numbers) for source, numbers in self.deliveries.items()}
        object.__setattr__(self, "deliveries", whole)  # as JSON has it: lists


@dataclass(frozen=True)
class PackPin:
    """The pack that is evaluated."""

    step: ClassVar[StepName] = "pack"

    pack_no: int


@dataclass(frozen=True)
class EvaluatePin:
    """The reason for each segment that failed; `cuts` of quantiles and keeps as `cuts_as_pins` has them, and `bounds` of
    what may be shown of sensitive segments as `bounds_as_pins` has them."""

    step: ClassVar[StepName] = "evaluate"

    failures: Mapping[str, str]
    seconds: float
    cuts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    bounds: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class PublishPin:
    """That the run has been published, and nothing else: what was, stands in `segment_runs`."""

    step: ClassVar[StepName] = "publish"


Pin = OpeningPin | IngestPin | PackPin | EvaluatePin | PublishPin

KINDS: Mapping[StepName, type[Pin]] = {
    kind.step: kind for kind in (OpeningPin, IngestPin, PackPin, EvaluatePin, PublishPin)
}


def pins_as_rows(pins: Mapping[StepName, Pin]) -> dict[str, dict[str, Any]]:
    """As `runs.pins` has them, by step."""
    return {step: asdict(pin) for step, pin in pins.items()}


def read_pins(rows: Mapping[str, Mapping[str, Any]]) -> dict[StepName, Pin]:
    """The pins that `runs.pins` holds; a value that this version does not know is left out."""
    return {step: _read(kind, rows[step]) for step, kind in KINDS.items() if step in rows}


def _read(kind: type[Pin], row: Mapping[str, Any]) -> Pin:
    names = {column.name for column in fields(kind)}
    return kind(**{name: value for name, value in row.items() if name in names})
