"""The specs that a run was opened with: one is read with those it refers to, and is what it is among all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from jobs.runs.inputs import Inputs, Kept, keep_inputs, kept_inputs

CONTACTS = """\
version: 1
source: contacts
kind: contacts
columns: {country: {type: text}, religion: {type: text, sensitive: true}}
"""


def spec(id_: str, where: object, **more: object) -> str:
    return json.dumps({"version": 1, "id": id_, "name": id_, "where": where, **more})


GERMANS = spec("germans", {"attribute": "country", "is": "DE"})
FRENCH = spec("french", {"attribute": "country", "is": "FR"})
SECRET = spec("secret", {"attribute": "religion", "is": "x"}, approved_by="the officer")
BOTH = spec("both", {"any": [{"segment": "secret"}, {"attribute": "country", "is": "DE"}]}, approved_by="the officer")
TEXTS = {"b/both.json": BOTH, "a/french.json": FRENCH, "a/germans.json": GERMANS, "a/secret.json": SECRET}


@pytest.fixture
def lake(tmp_path: Path) -> str:
    return str(tmp_path / "lake")


def kept(lake: str, texts: Mapping[str, str]) -> Kept:
    inputs = Inputs(texts, (), {"contacts.yaml": CONTACTS}, "UTC")
    keep_inputs(lake, inputs)
    return kept_inputs(lake, inputs.name)


def test_one_spec_is_what_it_is_among_all(lake: str) -> None:
    whole, apart = kept(lake, TEXTS).specs.valid, kept(lake, TEXTS)
    for id_ in ("both", "french", "germans", "secret"):
        alone = apart.spec(id_)
        assert alone is not None
        assert (alone.spec_hash, alone.sensitive) == (whole[id_].spec_hash, whole[id_].sensitive)
    assert whole["both"].sensitive == {"religion"}
    assert apart.spec("nobody") is None


def test_others_are_not_read(lake: str) -> None:
    texts = kept(lake, {**TEXTS, "a/other.json": "no JSON at all"})
    assert texts.spec("both") is not None
    with pytest.raises(AssertionError):
        _ = texts.specs
