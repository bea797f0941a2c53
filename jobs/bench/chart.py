"""The chart of a bench: how long an engine takes for so many segments, on two logarithmic axes."""

from __future__ import annotations

from pathlib import Path

from jobs.bench.figures import Figures

OURS = "Muster"
"""What the names of our own lines begin with."""


def draw(figures: Figures, path: Path) -> None:
    """A PNG with a line an engine; ours is thick. Nothing is drawn of an engine without a time."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(9, 5.5), layout="constrained")
    FigureCanvasAgg(drawing)
    axes = drawing.add_subplot()
    for name, points in sorted(figures.points.items(), key=lambda entry: not entry[0].startswith(OURS)):
        many, seconds = zip(*points, strict=True)
        ours = name.startswith(OURS)
        axes.plot(many, seconds, label=name, marker="o", linewidth=3 if ours else 1.5, zorder=3 if ours else 2)
    axes.set(xscale="log", yscale="log", xlabel="segments", ylabel="seconds", title=_title(figures))
    ticks = sorted({many for points in figures.points.values() for many, _ in points})
    axes.set_xticks(ticks, [f"{many:,}" for many in ticks])
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.grid(which="major", alpha=0.3)
    if figures.points:
        axes.legend(frameon=False)
    drawing.savefig(path, dpi=120)


def _title(figures: Figures) -> str:
    asked = figures.asked
    size = f"{asked.size.contacts:,} contacts, {asked.size.events:,} events"
    return f"Members of so many segments: {size}, {asked.threads} threads"
