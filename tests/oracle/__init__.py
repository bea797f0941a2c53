"""The second opinion: what a spec means, in plain Python, slow and obvious.

It reads a spec's JSON, a catalog's YAML and the text of the rows, and answers who is a member. It was written from the
language's own pages alone, knows nothing of plan, atoms or tiles, and takes nothing from the product but its strict
reading of files. It assumes that specs, catalog and data are valid: refusing them is the product's work.
"""

from tests.oracle.answers import members, verdicts
from tests.oracle.folder import Folder, read_folder

__all__ = ["Folder", "members", "read_folder", "verdicts"]
