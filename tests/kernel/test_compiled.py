"""Compiled and plain loops over thousands of random rows, and both against a plain count by hand."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from jobs.kernel import compiled, loops
from jobs.kernel.compiled import cache_folder, forced, is_compiled, loops_for
from jobs.language.atoms import Aggregate, Compare, Meaning
from tests.kernel.world import (
    CHOICE,
    INTEGER,
    World,
    aggregate,
    at_least,
    catalog_of,
    column,
    equal_to,
    events,
    is_word,
    last,
    meaning,
    rows,
)
from tests.product import try_specs
from tests.random import runs, specs

PEOPLE, ROWS = 200, 3000
CHANNEL, POINTS = column("channel", CHOICE), column("points", INTEGER)
AS_OF = datetime(2026, 11, 23, 23, tzinfo=UTC)  # midnight in Vienna


def random_rows() -> list[tuple[int, datetime, str | None, int | None]]:
    random = np.random.default_rng(5)
    channels = np.array(["web", "app", "store", None], object)[random.integers(0, 4, ROWS)]
    found = []
    for position, minutes, channel, points in zip(
        random.zipf(1.4, ROWS) % PEOPLE,
        random.integers(1, 200 * 1440, ROWS),
        channels,
        random.integers(-9, 99, ROWS),
        strict=True,
    ):
        at = AS_OF - timedelta(minutes=int(minutes))
        found.append((int(position), at, channel, None if points % 10 == 0 else int(points)))
    return found


DATA = random_rows()
WORLD = World(catalog_of(events(channel=CHOICE, points=INTEGER)), {"order": DATA}, people=PEOPLE, tile_rows=500)
WORDS = ("web", "app", "store", None)
WINDOWS = ("24h", "48h", "500h", "4000h")  # hours are elapsed time: no calendar in the count by hand


def over(word: str | None, window: str) -> object:
    where = None if word is None else Compare(CHANNEL, is_word(word))
    return rows(where=where, window=last(window))


def asked() -> dict[str, tuple[Aggregate, str | None, str]]:
    found: dict[str, tuple[Aggregate, str | None, str]] = {}
    for word in WORDS:
        for window in WINDOWS:
            for function, of in (("count", None), ("sum", POINTS), ("maximum", POINTS), ("distinct", POINTS)):
                value = aggregate(function, of, over(word, window))  # pyright: ignore[reportArgumentType]
                found[f"{function}_{word or 'any'}_{window}".lower()] = (value, word, window)
    return found


def by_hand(function: str, word: str | None, window: str) -> Counter[int] | dict[int, int]:
    start = AS_OF - timedelta(hours=int(window[:-1]))
    mine = [(p, n) for p, at, channel, n in DATA if at >= start and (word is None or channel == word)]
    if function == "count":
        return Counter(p for p, _ in mine)
    values: dict[int, list[int]] = {}
    for p, n in mine:
        if n is not None:
            values.setdefault(p, []).append(n)
    how = {"sum": sum, "maximum": max, "distinct": lambda numbers: len(set(numbers))}[function]
    return {p: how(numbers) for p, numbers in values.items()}


@pytest.mark.usefixtures("loops")
def test_every_aggregate_agrees_with_a_count_by_hand() -> None:
    expected: dict[str, list[int]] = {}
    meanings: list[Meaning] = []
    for name, (value, word, window) in asked().items():
        function = name.partition("_")[0]
        values = by_hand(function, word, window)
        default = None if function == "maximum" else 0
        for threshold in (1, 3, 50):
            id_ = f"{name}_{threshold}"
            meanings += [
                meaning(Compare(value, at_least(threshold)), id_),
                meaning(Compare(value, equal_to(threshold)), f"{id_}_is"),
            ]
            found = {p: values.get(p, default) for p in range(PEOPLE)}
            expected[id_] = [p for p, number in found.items() if number is not None and number >= threshold]
            expected[f"{id_}_is"] = [p for p, number in found.items() if number == threshold]
    assert WORLD.segments(*meanings) == expected


def test_plain_loops_until_there_is_enough_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with forced(compiled=False):
        assert not is_compiled(loops_for(10**12))
    with forced(compiled=True):
        assert is_compiled(loops_for(0))
    assert is_compiled(loops_for(compiled.COMPILE_ABOVE + 1))
    assert is_compiled(loops_for(0)), "once they are there, compiled loops serve everything"


def test_the_cache_has_a_place_even_without_a_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert cache_folder().parent == tmp_path / "cache" / "muster" / "numba"
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert cache_folder().parent.name == "muster-numba"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "chosen"))
    assert cache_folder().parent == tmp_path / "chosen"


def test_code_of_another_text_of_the_loops_lies_in_another_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = cache_folder()
    changed = tmp_path / "loops.py"
    changed.write_bytes(Path(loops.__file__).read_bytes() + b"\n# another release\n")
    monkeypatch.setattr(loops, "__file__", str(changed))
    assert cache_folder().parent == here.parent
    assert cache_folder() != here


def test_random_specs_have_the_same_members_either_way(tmp_path: Path) -> None:
    for number, (moment, batch) in enumerate(specs.batches(specs.drawn(160, 31), 40)):
        run = runs.write(tmp_path / str(number), moment, number, batch)
        answers = []
        for compiled_loops in (False, True):
            with forced(compiled=compiled_loops):
                answers.append(
                    try_specs(run.paths, run.folder / "catalog", run.folder / "data", moment.as_of, moment.time_zone)
                )
        assert answers[0] == answers[1]
