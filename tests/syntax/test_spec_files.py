"""Which files are specs: the right level, the right names, regular and small; everything else reported or passed over."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from jobs.syntax.nodes import Problems
from jobs.syntax.spec_files import SpecFile, chosen_files, read_spec_file, spec_files
from jobs.syntax.strict_text import FILE_LIMIT

LINK = "found a link, expected a regular file; links are not followed"


def plant(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")


def names(root: Path, files: list[SpecFile]) -> list[str]:
    return [file.path.relative_to(root).as_posix() for file in files]


def reported(root: Path, problems: Problems) -> list[tuple[str, str, str]]:
    return [(found.file.removeprefix(f"{root}/"), found.level, found.message) for found in problems.found]


def test_specs_are_json_files_one_folder_deep_in_order(tmp_path: Path) -> None:
    plant(tmp_path, "b/z.json", "b/a.json", "a/z.json", "a/B.json", "a/_x.json")
    problems = Problems()
    assert names(tmp_path, list(spec_files(tmp_path, problems))) == [
        "a/B.json", "a/_x.json", "a/z.json", "b/a.json", "b/z.json",
    ]  # fmt: skip
    assert problems.found == []


def test_what_is_no_spec_is_passed_over_in_silence(tmp_path: Path) -> None:
    plant(
        tmp_path, "a/x.json", "a/x.tests.json", "a/schema.json", "a/README.md", "a/.hidden.json", ".git/x.json",
        "schema.json", "README.md", ".x.json", "templates/t.json", "a/notes/README.md",
    )  # fmt: skip
    problems = Problems()
    assert names(tmp_path, list(spec_files(tmp_path, problems))) == ["a/x.json"]
    assert problems.found == []


def test_a_spec_that_no_run_would_read_is_a_warning(tmp_path: Path) -> None:
    plant(tmp_path, "a/x.json", "top.json", "a/deep/y.json", "a/z.JSON")
    expected = f"{tmp_path.name}/<sub-folder>/<id>.json"
    problems = Problems()
    assert names(tmp_path, list(spec_files(tmp_path, problems))) == ["a/x.json"]
    assert reported(tmp_path, problems) == [
        ("a/deep/y.json", "warning", "found two folders deep, expected one; it is not read as a spec"),
        ("a/z.JSON", "warning", 'found another ending, expected ".json" in small letters; it is not read as a spec'),
        ("top.json", "warning", f"found outside a sub-folder, expected {expected}; it is not read as a spec"),
    ]


def test_links_pipes_and_sockets_are_reported_and_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "specs"
    plant(tmp_path, "specs/a/x.json", "elsewhere/secret.json")
    (root / "a/link.json").symlink_to(tmp_path / "elsewhere/secret.json")
    (root / "a/nowhere.json").symlink_to(tmp_path / "missing.json")
    (root / "a/loop.json").symlink_to(root / "a/loop.json")
    (root / "a/folder").symlink_to(tmp_path / "elsewhere")
    (root / "b").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(root / "a/pipe.json")
    monkeypatch.chdir(root / "a")  # the path of a socket may only be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.json")
    problems = Problems()
    assert names(root, list(spec_files(root, problems))) == ["a/x.json"]
    assert reported(root, problems) == [
        ("a/folder", "error", LINK),
        ("a/link.json", "error", LINK),
        ("a/loop.json", "error", LINK),
        ("a/nowhere.json", "error", LINK),
        ("a/pipe.json", "error", "found a pipe, expected a regular file"),
        ("a/socket.json", "error", "found a socket, expected a regular file"),
        ("b", "error", "found a link, expected a real folder; links are not followed"),
    ]


def test_a_folder_that_is_missing_or_a_file_is_a_problem(tmp_path: Path) -> None:
    plant(tmp_path, "file")
    problems = Problems()
    assert list(spec_files(tmp_path / "missing", problems)) == []
    assert list(spec_files(tmp_path / "file", problems)) == []
    assert reported(tmp_path, problems) == [
        ("missing", "error", "found no folder that can be read (No such file or directory), expected one"),
        ("file", "error", "found no folder that can be read (Not a directory), expected one"),
    ]


def test_people_may_name_files_sub_folders_and_whole_folders(tmp_path: Path) -> None:
    plant(
        tmp_path, "specs/a/x.json", "specs/a/y.json", "specs/b/z.json", "specs/a/x.tests.json", "loose.json", "odd.txt"
    )
    specs = tmp_path / "specs"
    problems = Problems()

    def chosen(*paths: Path) -> list[str]:
        return names(tmp_path, list(chosen_files(paths, problems)))

    assert chosen(specs) == ["specs/a/x.json", "specs/a/y.json", "specs/b/z.json"]
    assert chosen(specs / "a") == ["specs/a/x.json", "specs/a/y.json"]
    assert chosen(tmp_path / "loose.json", specs / "b/z.json") == ["loose.json", "specs/b/z.json"]
    assert chosen(specs / "a/y.json", specs) == ["specs/a/y.json", "specs/a/x.json", "specs/b/z.json"]
    assert chosen(*sorted((specs / "a").iterdir())) == ["specs/a/x.json", "specs/a/y.json"]
    assert chosen(tmp_path / "odd.txt") == ["odd.txt"]  # somebody means it: reading it will say what is wrong
    assert problems.found == []


def test_named_things_that_are_no_files_are_problems(tmp_path: Path) -> None:
    plant(tmp_path, "x.json")
    (tmp_path / "link.json").symlink_to(tmp_path / "x.json")
    os.mkfifo(tmp_path / "pipe.json")
    problems = Problems()
    wanted = [tmp_path / name for name in ("link.json", "pipe.json", "missing.json")]
    assert list(chosen_files(wanted, problems)) == []
    assert reported(tmp_path, problems) == [
        ("link.json", "error", "found a link, expected a regular file or folder; links are not followed"),
        ("pipe.json", "error", "found a pipe, expected a regular file"),
        ("missing.json", "error", "found nothing of this name, expected a spec file or a folder of them"),
    ]


def test_reading_gives_the_tree_under_the_name_shown(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"id": "x"}')
    problems = Problems()
    node = read_spec_file(tmp_path / "x.json", "specs/a/x.json", problems)
    assert node is not None
    assert (node.value, node.file, node.pointer) == ({"id": "x"}, "specs/a/x.json", "")
    assert problems.found == []


def test_reading_refuses_what_took_the_files_place(tmp_path: Path) -> None:
    plant(tmp_path, "x.json", "folder/x.json")
    (tmp_path / "link.json").symlink_to(tmp_path / "x.json")
    os.mkfifo(tmp_path / "pipe.json")
    problems = Problems()
    for name in ("link.json", "pipe.json", "folder", "missing.json"):
        assert read_spec_file(tmp_path / name, name, problems) is None
    assert reported(tmp_path, problems) == [
        ("link.json", "error", LINK),
        ("pipe.json", "error", "found a pipe, expected a regular file"),
        ("folder", "error", "found a folder, expected a regular file"),
        ("missing.json", "error", "found nothing of this name, expected a file"),
    ]


def test_large_files_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "x.json").open("wb") as file:
        file.truncate(5_000_000)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a file over the limit was read")

    monkeypatch.setattr("jobs.syntax.spec_files.read_json", never)
    problems = Problems()
    assert read_spec_file(tmp_path / "x.json", "x.json", problems) is None
    message = "found 5,000,000 bytes, expected at most 262,144 (256 KiB); move long lists of values to a contact list"
    assert reported(tmp_path, problems) == [("x.json", "error", message)]


def test_a_file_of_just_256_kib_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"[]" + b" " * (FILE_LIMIT - 2))
    assert read_spec_file(tmp_path / "x.json", "x.json", Problems()) is not None


def test_names_that_are_no_text_are_shown_escaped(tmp_path: Path) -> None:
    plant(tmp_path, "a/ok.json", "a/\u202egpj.json")
    Path(os.fsdecode(os.fsencode(tmp_path / "a") + b"/caf\xe9.json")).write_text("{")
    problems = Problems()
    files = list(spec_files(tmp_path, problems))
    assert [file.shown_as.removeprefix(f"{tmp_path}/") for file in files] == [
        "a/caf\\udce9.json", "a/ok.json", "a/\\u202egpj.json",
    ]  # fmt: skip
    assert read_spec_file(files[0].path, files[0].shown_as, problems) is None
    str(problems.found[0]).encode("utf-8")
    assert [file.id for file in files[1:]] == ["ok", "\u202egpj"]


def test_many_thousand_files_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(5_000):
        os.close(os.open(folder / f"s{number:04}.json", os.O_CREAT | os.O_WRONLY))
    files = list(spec_files(tmp_path, Problems()))
    assert [file.id for file in files] == [f"s{number:04}" for number in range(5_000)]
