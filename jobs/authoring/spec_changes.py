"""A spec renamed with everything that refers to it, copied, or removed where nothing does.

Only the texts that have to change are changed: line breaks, order and spacing of the files stay as somebody wrote them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jobs.answers.spec_tests import SUFFIX
from jobs.authoring.changed_files import FileChanges
from jobs.authoring.new_specs import place_problems
from jobs.authoring.spec_references import Reference, SpecFolder
from jobs.errors import SpecError, UsageError
from jobs.language.bound import BoundCatalog
from jobs.language.specs import SpecSet, read_specs
from jobs.syntax.json_layout import one_line
from jobs.syntax.json_places import TextPlace, replaced, text_places
from jobs.syntax.nodes import shown
from jobs.syntax.word_lists import joined


@dataclass(frozen=True)
class ChangedSpec:
    """What was done: the files that are there now or were changed, those that are gone, and the references that follow."""

    files: tuple[Path, ...]
    gone: tuple[Path, ...] = ()
    references: tuple[Reference, ...] = ()


def rename(old: str, new: str, folder: SpecFolder, bound: BoundCatalog) -> ChangedSpec:
    """Gives a segment another id: file, tests, the id inside, every reference. All or nothing.

    `SpecError` where a file cannot be read, for it might refer to the segment; `UsageError` where the new id is no good.
    """
    path = folder.file_of(old)
    _expect_readable(folder, f"{old} is not renamed, because these files might refer to it:")
    _expect_free(new, path.with_name(f"{new}.json"), folder)
    references = folder.to(old)
    contents = {file: _renamed(file, new, places) for file, places in _by_file(references).items()}
    contents[path] = _with_texts(_text(contents.get(path), path), {"/id": new})
    tests = path.with_name(f"{old}{SUFFIX}")
    gone = {path, *([tests] if tests.is_file() else [])}
    moved = {file: file.with_name(new + file.name.removeprefix(old)) for file in gone}
    changes = FileChanges(
        {
            moved.get(file, file): data
            for file, data in {**{file: file.read_bytes() for file in gone}, **contents}.items()
        },
        frozenset(gone),
    )
    before = read_specs([folder.folder], bound)
    changes.apply(lambda: _expect_same(before, read_specs([folder.folder], bound), old, new))
    return ChangedSpec(tuple(changes.contents), tuple(sorted(gone)), tuple(references))


def copy(
    id_: str, new: str, folder: SpecFolder, place: str | None = None, name: str | None = None, owner: str | None = None
) -> ChangedSpec:
    """A second spec of the same words under another id, its tests too."""
    path = folder.file_of(id_)
    target = folder.folder / (place or path.parent.name) / f"{new}.json"
    _expect_free(new, target, folder)
    texts = {"/id": new, "/name": name, "/owner": owner}
    own = _with_texts(_text(None, path), {pointer: text for pointer, text in texts.items() if text is not None})
    contents = {target: own}
    tests = path.with_name(f"{id_}{SUFFIX}")
    if tests.is_file():
        contents[target.with_name(f"{new}{SUFFIX}")] = tests.read_bytes()
    FileChanges(contents).apply()
    return ChangedSpec(tuple(contents))


def remove(id_: str, folder: SpecFolder) -> ChangedSpec:
    """Takes a spec and its tests away; `SpecError` with the names of all that refers to it, where anything does."""
    path = folder.file_of(id_)
    _expect_readable(folder, f"{id_} is not removed, because these files might refer to it:")
    references = folder.to(id_)
    if references:
        names = joined(dict.fromkeys(f"the {each.role} {each.name}" for each in references))
        raise SpecError(f"{id_} is not removed, because it is referred to by {names}. Change those first.")
    tests = path.with_name(f"{id_}{SUFFIX}")
    gone = [path, *([tests] if tests.is_file() else [])]
    FileChanges(gone=frozenset(gone)).apply()
    return ChangedSpec((), tuple(gone))


# --- texts in their places -----------------------------------------------------------------------------------------------


def _by_file(references: Iterable[Reference]) -> dict[Path, list[Reference]]:
    files: dict[Path, list[Reference]] = {}
    for reference in references:
        files.setdefault(reference.file, []).append(reference)
    return files


def _renamed(path: Path, new: str, references: Iterable[Reference]) -> bytes:
    text = _text(None, path)
    wanted = {(reference.pointer, reference.is_key) for reference in references}
    changes = [(place, new) for place in text_places(text) if (place.pointer, place.is_key) in wanted]
    assert len(changes) == len(wanted), f"{path}: {len(changes)} places of {len(wanted)}"
    return replaced(text, changes).encode()


def _with_texts(text: str, texts: dict[str, str]) -> bytes:
    """The file with these values; a key that is not there is written behind the name."""
    places = {place.pointer: place for place in text_places(text) if not place.is_key}
    changes: list[tuple[TextPlace, str]] = [(places[at], new) for at, new in texts.items() if at in places]
    missing = {at: new for at, new in texts.items() if at not in places}
    text = replaced(text, changes)
    if missing:
        end = next(place.end for place in text_places(text) if place.pointer == "/name" and not place.is_key)
        lines = "".join(f",\n  {one_line(at[1:])}: {one_line(new)}" for at, new in missing.items())
        text = text[:end] + lines + text[end:]
    return text.encode()


def _text(data: bytes | None, path: Path) -> str:
    return (path.read_bytes() if data is None else data).decode("utf-8")


# --- what has to hold ----------------------------------------------------------------------------------------------------


def _expect_readable(folder: SpecFolder, message: str) -> None:
    if folder.problems.errors:
        raise SpecError(message, folder.problems.errors)


def _expect_free(new: str, path: Path, folder: SpecFolder) -> None:
    if new in folder.specs:
        raise UsageError(f"found {shown(new)}, the id of {folder.specs[new]}, expected one of its own")
    problems = list(place_problems(new, path, SpecSet({}, ())))
    if problems:
        raise UsageError(f"{new} cannot be its id:", problems)


def _expect_same(before: SpecSet, after: SpecSet, old: str, new: str) -> None:
    """The same specs are right as before, under one name that is new."""
    expected = {new if id_ == old else id_ for id_ in before.valid}
    assert expected == set(after.valid), expected ^ set(after.valid)
