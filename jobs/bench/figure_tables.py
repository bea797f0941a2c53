"""The figures as tables: on a terminal, and as Markdown for a page that people keep."""

from __future__ import annotations

from collections.abc import Sequence

from jobs.bench.figures import Figure, Figures

COLUMNS = ("work", "seconds", "×", "of what", "CPU s", "peak GB", "remark")
SECTIONS = {"ours": "Muster", "copy": "Bare copies", "engine": "Other engines, same segments"}


def title(figures: Figures) -> str:
    asked = figures.asked
    size = f"{asked.size.contacts:,} contacts, {asked.size.events:,} events, {asked.segments:,} segments"
    return f"bench {asked.scale}: {size} (reuse {asked.reuse:g}, seed {asked.seed})"


def caption(figures: Figures) -> str:
    """What every row has in common."""
    asked = figures.asked
    return (
        f"{figures.machine}. Everybody has {asked.threads} threads and {asked.memory_bytes / 1e9:.1f} GB: whoever holds "
        "more is ended, and engines that know a limit are told four fifths of it. Our rows are whole processes, with the "
        "start of the JVM where a verb needs one; other engines' are counting alone, their loading is in the remark. Memory "
        "is the largest sum over a process and its children."
    )


def sections(figures: Figures) -> dict[str, list[list[str]]]:
    """The rows of each table, as texts."""
    tables = {
        name: [_cells(figures, row) for row in figures.rows if row.kind == kind] for kind, name in SECTIONS.items()
    }
    return {name: rows for name, rows in tables.items() if rows}


def _cells(figures: Figures, row: Figure) -> list[str]:
    ratio = figures.ratio(row)
    return [
        row.work,
        "–" if row.seconds is None else _number(row.seconds),
        "" if ratio is None else _number(ratio),
        "" if ratio is None else row.against,
        "" if row.cpu_seconds is None else f"{row.cpu_seconds:.1f}",
        "" if row.peak_bytes is None else f"{row.peak_bytes / 1e9:.2f}",
        row.remark,
    ]


def _number(value: float) -> str:
    """Three digits that say something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def verdict(figures: Figures) -> str:
    if figures.wrong:
        return "\n".join(["The counts do not agree, so this is no bench:", *(f"  {wrong}" for wrong in figures.wrong)])
    return "The counts of all engines agree." if any(row.kind == "engine" for row in figures.rows) else ""


def as_markdown(figures: Figures) -> str:
    parts = [f"**{title(figures)}**"]
    for name, rows in sections(figures).items():
        parts += [f"*{name}*", _markdown_table(rows)]
    parts += [text for text in (caption(figures), verdict(figures)) if text]
    return "\n\n".join(parts) + "\n"


def _markdown_table(rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---|---:|---:|---|---:|---:|---|"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def print_figures(figures: Figures) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if Console().is_terminal else 160, highlight=False)
    console.print(Text(title(figures), style="bold"))
    for name, rows in sections(figures).items():
        table = Table(title=name, title_justify="left")
        for column in COLUMNS:
            table.add_column(column, justify="right" if column in ("seconds", "×", "CPU s", "peak GB") else "left")
        for row in rows:
            table.add_row(*map(Text, row))
        console.print(table)
    for text in filter(None, (caption(figures), verdict(figures))):
        console.print(Text(text))
