"""`validate`: every problem of every file, with its place, on standard error or as one JSON document."""

from __future__ import annotations

import json

from tests.cli.shop import CATALOG, GERMANS, Shop, run

MISSPELT = {"all": [{"attribute": "born", "wihtin_last": "30d"}, {"event": "ordr"}]}
MESSAGES = [
    ("/where/all/0/wihtin_last",
     'found "wihtin_last", expected an operator for born (date) — did you mean "within_last"?'),
    ("/where/all/1/event", 'found "ordr", expected a source of events — did you mean "order"?'),
]  # fmt: skip


def test_specs_that_are_right_are_counted(shop: Shop) -> None:
    shop.spec("germans")
    ended = run("validate")
    assert (ended.code, ended.out, ended.err) == (0, "1 spec is right.\n", "")
    shop.spec("buyers", {"event": "order"})
    assert run("validate", "specs").out == "2 specs are right.\n"


def test_a_broken_spec_among_good_ones_is_told_with_file_and_pointer(shop: Shop) -> None:
    shop.spec("germans")
    shop.spec("late", MISSPELT)
    shop.spec("later", {"attribute": "contry", "is": "DE"})
    ended = run("validate", "specs")
    assert ended.code == 10
    assert ended.out == "1 spec is right, 2 files are not.\n"
    assert ended.err == "".join(f"specs/crm/late.json#{pointer}: {message}\n" for pointer, message in MESSAGES) + (
        'specs/crm/later.json#/where/attribute: found "contry", expected an attribute of the catalog'
        ' — did you mean "country"?\n'
    )


def test_json_has_the_shape_that_other_programs_rely_on(shop: Shop) -> None:
    shop.spec("germans")
    shop.spec("late", MISSPELT)
    ended = run("validate", "specs/crm/late.json", "specs/crm/germans.json", "--json")
    assert (ended.code, ended.err) == (10, "")
    assert ended.document == {
        "problems": [
            {"file": "specs/crm/late.json", "pointer": pointer, "message": message, "level": "error"}
            for pointer, message in MESSAGES
        ]
    }
    assert run("validate", "specs/crm/germans.json", "--json").document == {"problems": []}


def test_a_file_that_is_not_there_is_a_problem_of_that_file(shop: Shop) -> None:
    ended = run("validate", "specs/crm/none.json")
    assert (ended.code, ended.out) == (10, "0 specs are right, 1 file is not.\n")
    assert ended.err == "specs/crm/none.json: found nothing of this name, expected a spec file or a folder of them\n"


def test_what_a_named_file_refers_to_is_found_beside_it(shop: Shop) -> None:
    shop.spec("germans")
    shop.spec("broken", {"attribute": "contry", "is": "DE"})
    path = shop.spec(
        "wealthy_germans", {"all": [{"segment": "germans"}, {"attribute": "smart.revenue", "at_least": 100}]}
    )
    ended = run("validate", "--cost", path, "--json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.document["problems"] == []
    assert [row["id"] for row in ended.document["costs"]] == ["wealthy_germans"]
    elsewhere = shop.write(
        "drafts/rich.json", (shop.folder / path).read_text("utf-8").replace("wealthy_germans", "rich")
    )
    ended = run("validate", elsewhere)
    assert ended.code == 10
    assert ended.err == f'{elsewhere}#/where/all/0/segment: found "germans", expected the id of a segment\n'
    shop.write("drafts/germans.json", (shop.folder / "specs/crm/germans.json").read_text("utf-8"))
    ended = run("validate", "--cost", elsewhere)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("1 spec is right.\n")


def test_where_no_spec_is_right_there_is_no_table_of_costs(shop: Shop) -> None:
    shop.spec("late", MISSPELT)
    ended = run("validate", "--cost", "specs/crm/late.json")
    assert (ended.code, ended.out) == (10, "0 specs are right, 1 file is not.\n")
    shop.spec("germans")
    ended = run("validate", "--cost")
    assert ended.code == 10
    assert "What they would cost" in ended.out
    assert "germans" in ended.out


def test_a_comma_at_the_end_is_told_with_its_line(shop: Shop) -> None:
    shop.write("specs/crm/comma.json", '{\n "version": 1,\n "id": "comma",\n}\n')
    ended = run("validate", "specs")
    assert ended.code == 10
    assert ended.err == (
        'specs/crm/comma.json: line 4, column 1: found "}", expected no comma before a closing bracket; take the comma '
        "out\n"
    )


def test_a_reference_to_a_broken_spec_is_broken_too(shop: Shop) -> None:
    shop.spec("late", MISSPELT)
    shop.spec("uses_it", {"segment": "late"})
    shop.spec("fine")
    ended = run("validate", "specs", "--json")
    told = [(problem["file"], problem["pointer"]) for problem in ended.document["problems"]]
    assert told == [
        *(("specs/crm/late.json", pointer) for pointer, _ in MESSAGES), ("specs/crm/uses_it.json", "/where/segment"),
    ]  # fmt: skip
    assert ended.code == 10


# --- warnings ------------------------------------------------------------------------------------------------------------


def test_rows_published_without_tests_are_a_warning_and_no_refusal(shop: Shop) -> None:
    shop.spec("germans", publish="rows")
    ended = run("validate", "specs")
    message = "found members published as rows and no tests of them, expected germans.tests.json beside the spec"
    assert (ended.code, ended.out) == (0, "1 spec is right.\n")
    assert ended.err == f"warning: specs/crm/germans.json: {message}\n"
    assert run("validate", "specs", "--json").document == {
        "problems": [{"file": "specs/crm/germans.json", "pointer": "", "message": message, "level": "warning"}]
    }
    shop.write("specs/crm/germans.tests.json", "{}")
    assert run("validate", "specs").err == ""


def test_counts_need_no_tests_and_a_broken_spec_is_not_warned_of(shop: Shop) -> None:
    shop.spec("germans")
    shop.spec("late", MISSPELT, publish="rows")
    assert run("validate", "specs").err.count("\n") == len(MESSAGES)
    assert "warning" not in run("validate", "specs").err


def test_two_specs_of_one_meaning_are_a_warning(shop: Shop) -> None:
    shop.spec("one")
    shop.spec("two")
    ended = run("validate", "specs")
    assert ended.code == 0
    assert ended.err == (
        "warning: specs/crm/two.json#/where: found the same meaning as one (specs/crm/one.json), expected one segment; "
        "refer to it by its id\n"
    )


# --- catalog and settings ------------------------------------------------------------------------------------------------


def test_against_a_broken_catalog_no_spec_is_judged(shop: Shop) -> None:
    shop.spec("late", MISSPELT)
    shop.write("catalog/contacts.yaml", CATALOG["contacts"].replace("type: date", "type: daet"))
    ended = run("validate", "specs")
    place, message = "#/columns/born/type", 'found "daet", expected a type — did you mean "date"?'
    assert (ended.code, ended.out) == (11, "")
    assert ended.err.splitlines()[1:] == [f"  {shop.folder}/catalog/contacts.yaml{place}: {message}"]
    assert ended.err.splitlines()[0] == f"The catalog in {shop.folder}/catalog cannot be used:"
    as_json = run("validate", "specs", "--json")
    assert as_json.code == 11
    assert as_json.document == {
        "problems": [
            {"file": f"{shop.folder}/catalog/contacts.yaml", "pointer": place[1:], "message": message, "level": "error"}
        ]
    }


def test_a_catalog_that_is_not_there_is_told_in_json_too(shop: Shop) -> None:
    shop.spec("germans")
    ended = run("validate", "--catalog", "nowhere")
    said = (
        "nowhere: the catalog's folder cannot be read (No such file or directory); expected a folder of <source>.yaml "
        "files. Name it with --catalog, or set MUSTER_CATALOG."
    )
    assert (ended.code, ended.out, ended.err) == (11, "", f"{said}\n")
    as_json = run("validate", "--catalog", "nowhere", "--json")
    assert (as_json.code, as_json.err) == (11, "")
    assert as_json.document == {"problems": [{"file": "", "pointer": "", "message": said, "level": "error"}]}


def test_broken_settings_end_the_verb_before_anything_is_read(shop: Shop) -> None:
    shop.spec("late", MISSPELT)
    shop.write("conf/settings.yaml", "version: 1\ntime_zone: Europe/Viena\n")
    ended = run("validate", "specs")
    file = f"{shop.folder}/conf/settings.yaml"
    assert (ended.code, ended.out) == (12, "")
    lines = ended.err.splitlines()
    assert lines[0] == "The settings cannot be used:"
    assert lines[1] == (
        f'  {file}#/time_zone: found "Europe/Viena", expected a time zone of the IANA list, like "Europe/Vienna"'
        ' — did you mean "Europe/Vienna"?'
    )
    assert [line.partition(" in the settings: ")[0] for line in lines[2:]] == [
        f'  {file}: the key "{key}" is missing'
        for key in ("lake", "landing", "specs", "catalog", "freeze_max_age_hours", "keep_runs_days")
    ]


def test_settings_that_are_not_there_are_told_with_the_next_step(shop: Shop) -> None:
    (shop.folder / "conf/settings.yaml").unlink()
    ended = run("validate", "specs")
    assert ended.code == 12
    assert ended.err == (
        f"{shop.folder}/conf/settings.yaml: the settings cannot be read (No such file or directory). "
        "Put the file back from git, or point MUSTER_CONF at the folder that holds it.\n"
    )


def test_fifty_broken_files_are_fifty_problems(shop: Shop) -> None:
    for number in range(50):
        shop.write(f"specs/crm/s{number:02}.json", json.dumps({"version": 1, "id": f"s{number:02}", "where": GERMANS}))
    ended = run("validate", "specs")
    assert ended.code == 10
    assert ended.err.count('"name"') == 50
    assert ended.out == "0 specs are right, 50 files are not.\n"
