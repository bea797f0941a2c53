"""Sensitive is transitive: through segments, and through lists that were frozen from sensitive ones."""

from __future__ import annotations

from jobs.language.atoms import InList, InSegment
from jobs.runs.sensitivity import sensitive_columns, sensitive_in
from tests.language.shop import read, shop, spec

LISTS = {
    "patients": {"sensitive": ["health"]},
    "vips": {"sensitive": []},
    "vips@1998-02-03": {},
    "gone": {"problem": "x"},
}
SPECS = (
    spec({"attribute": "country", "is": "DE"}, "germans"),
    spec({"attribute": "health", "is": "ill"}, "ill", approved_by="the tests"),
    spec({"list": "patients"}, "listed"),
    spec({"all": [{"segment": "germans"}, {"not": {"segment": "listed"}}]}, "not_listed"),
    spec({"list": "vips"}, "vips"),
    spec({"list": "vips", "date": "1998-02-03"}, "vips_then"),
    spec({"attribute": "country", "is": "DE"}, "inside", from_={"list": "patients"}),
)


def test_a_segment_is_as_sensitive_as_the_segments_and_lists_it_names() -> None:
    specs = read(*SPECS).valid
    columns = sensitive_columns(specs, LISTS)
    assert {id_ for id_, names in columns.items() if names} == {"ill", "listed", "not_listed", "inside"}
    assert columns["not_listed"] == {"health"}


def test_a_condition_on_a_sensitive_list_is_sensitive() -> None:
    sensitive = sensitive_in(shop().catalog, read(*SPECS).valid, LISTS)
    assert sensitive.decides(InList("patients"))
    assert not sensitive.decides(InList("vips"))
    assert [sensitive.decides(InSegment(id_)) for id_ in ("listed", "not_listed", "germans")] == [True, True, False]
