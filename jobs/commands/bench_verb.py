"""The verb that measures: a night's phases, bare copies and other engines, on data drawn from a seed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.bench.scales import ENGINES, PARTS, SCALES, SEED, Asked
from jobs.commands.console import print_json, say
from jobs.commands.options import AsJson
from jobs.errors import BUG, DONE, UsageError
from jobs.syntax.nodes import shown
from jobs.syntax.spelling import did_you_mean

if TYPE_CHECKING:
    from jobs.bench.figures import Figures

PANEL = "Nights"


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel=PANEL)(bench)


def bench(
    scale: Annotated[
        str,
        typer.Option(
            help="tiny (does it run?), small (50,000 contacts, 1M events), 1m (and 20M events), 10m (100M), 100m (1,000M)."
        ),
    ] = "small",
    folder: Annotated[
        Path | None,
        typer.Option(help="Where it works and leaves bench.json, bench.md and bench.png (default: bench_SCALE)."),
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave data, lake and logs there too, to look at.")] = False,
    segments: Annotated[
        int | None, typer.Option(min=10, help="Number of random specs (default: the scale's, 1,000 from 1m on).")
    ] = None,
    reuse: Annotated[
        float, typer.Option(min=1, help="How often a condition is used on average: 1 shares none, 20 many.")
    ] = 4.0,
    seed: Annotated[int, typer.Option(help="Another one draws another company and other specs.")] = SEED,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="PART", help=f"Beside the first night only: {', '.join(PARTS)}, or none (repeat)."),
    ] = None,
    engine: Annotated[
        list[str] | None, typer.Option(metavar="ENGINE", help=f"Only these engines: {', '.join(ENGINES)} (repeat).")
    ] = None,
    together: Annotated[
        bool, typer.Option("--together", help="Each night as one process (`run`): quicker, and says less.")
    ] = False,
    threads: Annotated[
        int, typer.Option(min=1, help="Threads for each engine.", show_default="all cores")
    ] = os.cpu_count() or 1,
    memory_gb: Annotated[float, typer.Option(min=1, help="Memory for each engine; whoever holds more is ended.")] = 8.0,
    py_spy: Annotated[
        Path | None,
        typer.Option(help="py-spy's program: profiles our verbs, which slows them, into profiles.md.", exists=True),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure a night on this machine: each phase a process of its own, beside bare copies and other engines.

    Draws a company from a seed, lands it as files, and measures `ingest`, `pack`, `evaluate`, `publish`, `freeze`, the
    night after, CSV, and one spec alone. A row's × says how many times as long it took as what it is held against. Where
    the counts of two engines differ, the row says so instead of a time, and the exit code is 1.

    `source conf/setup/environment.sh` first, as for every verb that starts Spark. small takes about two minutes on two
    quiet cores, 1m about 13 minutes and 10 GB of disk.

    Example: `python -m jobs bench --scale small --reuse 20 --folder bench_reused`
    """
    from jobs.bench.phases import PhaseFailed
    from jobs.bench.progress import Progress
    from jobs.bench.whole_bench import PROFILES, RESULTS, clear, measure, prepare

    _check(scale, only or (), engine or ())
    parts = tuple(PARTS) if only is None else tuple(part for part in PARTS if part in only)
    engines = tuple(ENGINES) if engine is None else tuple(name for name in ENGINES if name in engine)
    asked = Asked(
        scale, segments or SCALES[scale].segments, reuse, threads, int(memory_gb * 1e9), parts, engines, seed, together
    )
    place = (folder or Path(f"bench_{scale}")).absolute()
    prepare(place)
    try:
        figures = measure(place, asked, Progress(shown=True), py_spy)
    except PhaseFailed as error:
        say(f"{error}\nIts whole log is in {place / 'logs'}.")
        raise typer.Exit(BUG) from None
    code = finish(place, figures, as_json)
    if not keep:
        clear(place, (*RESULTS, PROFILES))
    raise typer.Exit(code)


def finish(place: Path, figures: Figures, as_json: bool) -> int:
    """Writes and prints what was found; the exit code says whether it is a bench at all."""
    from jobs.bench.figure_tables import print_figures
    from jobs.bench.whole_bench import RESULTS, write_results

    write_results(place, figures)
    if as_json:
        print_json(figures.as_json())
    else:
        print_figures(figures)
        print(f"In {place}: {', '.join(RESULTS)}")
    return BUG if figures.wrong else DONE


def _check(scale: str, only: Sequence[str], engine: Sequence[str]) -> None:
    asked = [("scale", scale, tuple(SCALES))]
    asked += [("only", part, (*PARTS, "none")) for part in only]
    asked += [("engine", name, tuple(ENGINES)) for name in engine]
    for option, word, choices in asked:
        if word not in choices:
            near = did_you_mean(word, choices)
            raise UsageError(f"--{option}: found {shown(word)}, expected one of {', '.join(choices)}{near}")
