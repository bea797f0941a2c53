"""Resolves anew what the packages named in the groups of requirements.txt bring, and rewrites the file's last group.

The groups above it are the wish, pinned by hand; `lifetimes` and `uv` stand in them but bring nothing here.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "requirements.txt"
LAST = "# What those bring, as resolved\n"
ALONE = ("lifetimes", "uv")


def main() -> None:
    """Writes the file only when everything could be resolved."""
    groups, _, _ = FILE.read_text(encoding="utf-8").partition(LAST)
    named = [line for line in groups.splitlines() if re.match(r"\w", line)]
    wish = [line for line in named if _name(line) not in ALONE]
    resolved = subprocess.run(
        [Path(sys.executable).with_name("uv"), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
         "--no-annotate", "--no-header", "-"],
        input="\n".join(wish), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    names = {_name(line) for line in named}
    brought = [line for line in resolved.stdout.splitlines() if _name(line) not in names]
    FILE.write_text(groups + LAST + "\n".join(brought) + "\n", encoding="utf-8")
    print(f"{len(named)} packages named, {len(brought)} brought by them: {FILE}")


def _name(line: str) -> str:
    return re.split(r"[=\[ ;]", line)[0]


if __name__ == "__main__":
    main()
