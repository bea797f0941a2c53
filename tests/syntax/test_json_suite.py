"""The 318 parsing cases of JSONTestSuite (Nicolas Seriot): `y_` accepted as JSON, `n_` refused, `i_` never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.syntax.nodes import Problems
from jobs.syntax.strict_json import read_json
from tests.syntax.reading import shared_folder

CASES = sorted(shared_folder("data/jsontestsuite").glob("*.json"))

# JSON, but not for a spec: the grammar takes them, the limits do not.
BEYOND_LIMITS = {
    "y_number.json": "/0",
    "y_number_double_close_to_zero.json": "/0",
    "y_number_real_exponent.json": "/0",
    "y_number_real_fraction_exponent.json": "/0",
    "y_object_duplicated_key.json": "/a",
    "y_object_duplicated_key_and_value.json": "/a",
}


def cases(kind: str) -> list[Path]:
    return [case for case in CASES if case.name.startswith(kind)]


def test_all_cases_are_there() -> None:
    assert {kind: len(cases(kind)) for kind in ("y_", "n_", "i_")} == {"y_": 95, "n_": 188, "i_": 35}


@pytest.mark.parametrize("case", cases("y_"), ids=lambda case: case.name)
def test_json_is_accepted(case: Path) -> None:
    problems = Problems()
    assert read_json(case.read_bytes(), case.name, problems, limits=False) is not None
    assert problems.found == []


@pytest.mark.parametrize("case", cases("y_"), ids=lambda case: case.name)
def test_the_limits_of_specs_refuse_six_of_them_with_a_pointer(case: Path) -> None:
    problems = Problems()
    assert read_json(case.read_bytes(), case.name, problems) is not None
    expected = [BEYOND_LIMITS[case.name]] if case.name in BEYOND_LIMITS else []
    assert [problem.pointer for problem in problems.found] == expected


@pytest.mark.parametrize("limits", [True, False])
@pytest.mark.parametrize("case", cases("n_"), ids=lambda case: case.name)
def test_what_is_no_json_is_refused_with_one_problem_of_the_whole_file(case: Path, limits: bool) -> None:
    problems = Problems()
    assert read_json(case.read_bytes(), case.name, problems, limits=limits) is None
    [problem] = problems.found
    assert (problem.file, problem.pointer, problem.level) == (case.name, "", "error")
    assert "found" in problem.message
    assert str(problem).isprintable()


@pytest.mark.parametrize("case", cases("i_"), ids=lambda case: case.name)
def test_what_json_leaves_open_is_read_or_refused_in_words(case: Path) -> None:
    problems = Problems()
    node = read_json(case.read_bytes(), case.name, problems)
    assert node is not None or problems.found
    for problem in problems.found:
        str(problem).encode("utf-8")
