"""`--help` lists the verbs that exist and no others, and the help of each shows how it is called."""

from __future__ import annotations

import inspect
import re
import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_group

from jobs.__main__ import app
from tests.cli.shop import Shop, run

CHECKOUT = Path(__file__).resolve().parents[2]
COMMANDS: dict[str, Any] = dict(get_group(app).commands)
NOT_BUILT = ("view", "train", "predictions", "erase", "recall-list", "maintain")


def example_of(command: Any) -> list[str]:
    """The words after `python -m jobs` of the example in a verb's help."""
    said = " ".join((command.help or "").split())
    found = re.search(r"Example: `python -m jobs ([^`]+)`", said)
    assert found, f"the help of {command.name} has no example"
    return shlex.split(found[1])


def test_the_help_lists_every_verb_with_what_it_does(shop: Shop) -> None:
    ended = run("--help")
    assert ended.code == 0
    listed = set(re.findall(r"^│ ([a-z][a-z-]*) {2,}\S", ended.out, re.MULTILINE))
    assert listed == set(COMMANDS)
    assert "Exit codes: 0 done · 1 bug · 2 usage · 10 spec · 11 catalog · 12 settings · 20 source data" in ended.out


def test_a_verb_that_is_not_built_is_no_verb(shop: Shop) -> None:
    for verb in set(NOT_BUILT) - set(COMMANDS):
        ended = run(verb)
        assert (ended.code, ended.out) == (2, "")
        assert f"No such command '{verb}'." in ended.err


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_verbs_help_teaches_with_an_example_of_itself(name: str, shop: Shop) -> None:
    words = example_of(COMMANDS[name])
    assert words[0] == name
    ended = run(name, "--help")
    assert ended.code == 0
    assert f"Example: python -m jobs {name}" in " ".join(ended.out.split())
    texts = [COMMANDS[name].help, *(getattr(parameter, "help", None) for parameter in COMMANDS[name].params)]
    for text in filter(None, texts):
        assert "<" not in re.sub(r"`[^`]*`", "", text), "a word in angle brackets is shown only as code"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_an_example_can_be_parsed_and_the_files_in_it_are_there(name: str) -> None:
    command = COMMANDS[name]
    words = example_of(command)
    context = command.make_context(name, words[1:])
    for word in words[1:]:
        if word.startswith("segment_specs"):
            assert (CHECKOUT / word).exists()
    assert context.params


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_says_what_it_is(name: str) -> None:
    for parameter in COMMANDS[name].params:
        assert getattr(parameter, "help", None), f"{name} {parameter.name}"


def test_what_a_verb_imports_late_is_there() -> None:
    """A verb imports its room when it runs; here each such name is looked for, whether or not a test runs the verb."""
    for command in COMMANDS.values():
        source = inspect.getsource(command.callback)
        for module, names in re.findall(r"^    from (jobs\.[\w.]+) import (.+)$", source, re.MULTILINE):
            room = find_spec(module)
            assert room is not None, f"{command.name}: {module}"
            assert room.origin is not None
            text = Path(room.origin).read_text("utf-8")
            for name in re.findall(r"(\w+)(?: as \w+)?(?:, |$)", names):
                assert find_spec_of(f"{module}.{name}") or re.search(rf"\b{name}\b", text), f"{command.name}: {name}"


def find_spec_of(dotted: str) -> bool:
    """Whether there is a module of that name; the modules around it are not run for their own sake."""
    try:
        return find_spec(dotted) is not None
    except ModuleNotFoundError:
        return False


def test_without_a_word_the_help_is_shown_as_a_usage_error(shop: Shop) -> None:
    ended = run()
    assert ended.code == 2
    assert "validate" in ended.out + ended.err
