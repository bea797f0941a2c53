"""What has been computed so far for one part of a bucket: bitmaps and values by number, and rows set aside for chains."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jobs.kernel.bucket import BucketPart, Identity
from jobs.kernel.bucket_rows import Vector
from jobs.kernel.compiled import Loops
from jobs.kernel.cuts import Cuts
from jobs.kernel.exact_arrays import ValueArray
from jobs.kernel.instructions import LIVE, NOTHING
from jobs.kernel.output import Output, new_output
from jobs.kernel.predicates import Bools
from jobs.kernel.program import Program
from jobs.kernel.row_index import RowNumbers
from jobs.kernel.sample_shares import draw
from jobs.kernel.stopwatch import Stopwatch


@dataclass(frozen=True, eq=False)
class Collected:
    """Rows of a gathering in time order, and its columns' values beside them."""

    position: RowNumbers
    instants: NDArray[np.int64]
    columns: tuple[Vector, ...]


@dataclass(eq=False)
class Registers:
    """`bits` has a row of bytes for each bitmap, one bit a position, least significant first."""

    program: Program
    cuts: Cuts
    part: BucketPart
    identity: Identity
    loops: Loops
    bits: NDArray[np.uint8]
    output: Output
    watch: Stopwatch
    values: dict[int, ValueArray] = field(default_factory=dict[int, ValueArray])
    collected: dict[int, Collected] = field(default_factory=dict[int, Collected])
    errors: set[str] = field(default_factory=set[str])
    draws: dict[str, NDArray[np.uint64]] = field(default_factory=dict[str, NDArray[np.uint64]])

    @property
    def live(self) -> Bools:
        return self.identity.live

    @property
    def width(self) -> int:
        return self.identity.width

    def drawn(self, seed: str) -> NDArray[np.uint64]:
        """Each contact's random number for a seed, drawn once however many ask."""
        if seed not in self.draws:
            self.draws[seed] = draw(self.identity.contact_hash, seed)
        return self.draws[seed]

    def vector(self, number: int) -> Vector:
        """A value that has a type of its own."""
        value = self.values[number]
        assert isinstance(value, Vector), "a fraction is used where only a typed value can be"
        return value

    def write(self, bitmap: int, true: Bools) -> None:
        self.bits[bitmap] = np.packbits(true, bitorder="little")

    def read(self, bitmap: int) -> Bools:
        """Who is in a bitmap, or in the complement ~b of one."""
        bits = self.bits[bitmap] if bitmap >= 0 else ~self.bits[~bitmap]
        return np.unpackbits(bits, bitorder="little").view(np.bool_)


def new_registers(program: Program, cuts: Cuts, part: BucketPart, loops: Loops, watch: Stopwatch) -> Registers:
    """Empty registers; the bitmaps that are always there are filled."""
    identity = part.identity()
    bits = _room(program.bitmaps, identity.width // 8)
    registers = Registers(program, cuts, part, identity, loops, bits, new_output(identity.width, bits), watch)
    bits[NOTHING] = 0
    registers.write(LIVE, identity.live)
    return registers


_rooms = threading.local()


def _room(bitmaps: int, size: int) -> NDArray[np.uint8]:
    """Memory for the bitmaps of a bucket: that of the thread's last bucket, for fresh pages cost more than the algebra."""
    room: NDArray[np.uint8] | None = getattr(_rooms, "bits", None)
    if room is None or room.shape != (bitmaps, size):
        room = _rooms.bits = np.empty((bitmaps, size), np.uint8)
    return room
