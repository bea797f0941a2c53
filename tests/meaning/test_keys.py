"""What makes two keys equal: the type's own equality, in rows of one key and in lookups, pair by pair of columns."""

from __future__ import annotations

from typing import Any

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice, typed
from tests.meaning.test_lookups import lookup, to

FOLD = {"type": "text", "fold": True}
FEE = "decimal(6,2)"


def with_lookups(kind: str, columns: dict[str, Any], /, lookups: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": kind, "columns": typed(columns), "lookups": lookups, **more}


def note_is(lookup_column: str, note: str) -> dict[str, Any]:
    return {"attribute": f"{lookup_column}.note", "is": note}


LOOKED_UP = Table(
    "looked_up",
    {
        "contacts": with_lookups(
            "contacts",
            {
                "nick": FOLD, "name": "text", "code": "integer", "rate": FEE, "app": "version", "born": "date",
                "seen": "timestamp", "vip": "boolean", "tier": {"type": "choice", "values": ["a", "A"]},
            },
            {
                "by_nick": to("blocked", "nick"), "by_name": to("blocked", "name"), "folding": to("folding", "name"),
                "area": to("area", "code"), "listed_area": to("listed_area", "code"), "tariff": to("tariff", "rate"),
                "release": to("release", "app"), "day": to("day", "born"), "moment": to("moment", "seen"),
                "flag": to("flag", "vip"), "level": to("level", "tier"),
            },
        ),
        "visit": with_lookups("events", {"at": "timestamp"}, {"then": to("moment", "at")}, time="at"),
        # One lookup, two columns that look it up: what one of them folds is not folded for the other.
        "blocked": lookup("address", note="text"),
        "folding": lookup("address", address=FOLD, note="text"),
        "area": lookup("id", note="text"),
        "listed_area": lookup("id", id="integer", note="text"),
        "tariff": lookup("rate", rate=FEE, note="text"),
        "release": lookup("number", number="version", note="text"),
        "day": lookup("on", note="text"),
        "moment": lookup("at", note="text"),
        "flag": lookup("is", note="text"),
        "level": lookup("tier", note="text"),
    },
    {
        "contacts": """
contact_id,nick,name,code,rate,app,born,seen,vip,tier
k1,ANN@X.ORG,ANN@X.ORG,007,1,4.9,1980-02-29,2026-11-01T10:00,true,a
k2,ann@x.org,ann@x.org,7,01.00,4.09.0,1980-03-01,2026-11-01T09:00Z,false,A
k3,straße,Straße,-7,1.10,4.9.1,,2026-11-01T10:00Z,,
k4,,,,,,,,,
k5,ann@x.org ,STRASSE,8,-1,0.4.9,,,,
""",
        "visit": "contact_id,at\nk1,2026-11-01T10:00\nk2,2026-11-01T10:00+01:00\nk3,2026-11-01T11:00\n",
        "blocked": "address,note\nAnn@x.org,no\nSTRASSE,street\n",
        "folding": "address,note\nAnn@x.org,no\nSTRASSE,street\n,nobody\n",
        "area": "id,note\n07,seven\n-007,minus\n",
        "listed_area": "id,note\n7,seven\n-07,minus\n",
        "tariff": "rate,note\n1.0,one\n1.1,more\n",
        "release": "number,note\n4.9.0,right\n",
        "day": "on,note\n1980-02-29,leap\n",
        "moment": "at,note\n2026-11-01T09:00:00Z,nine\n",
        "flag": "is,note\ntrue,yes\n",
        "level": "tier,note\na,small\n",
    },
    [
        Case("folds_here", note_is("by_nick", "no"), "k1 k2", "the looked-up key does not fold, the address here does"),
        Case("folds_here_sharp_s", note_is("by_nick", "street"), "k3", "full case folding: ß is ss"),
        Case("folds_nowhere", anyone({"attribute": "by_name.note", "is_empty": False}), "k5", "STRASSE alone"),
        Case("folds_there", note_is("folding", "no"), "k1 k2", "the key folds, the name here does not"),
        Case("folds_there_sharp_s", note_is("folding", "street"), "k3 k5"),
        Case("without_a_key", note_is("folding", "nobody"), "", "a row without a key answers nobody, k4 neither"),
        Case("integer_zeros", note_is("area", "seven"), "k1 k2", "007 and 07 are 7; the key is typed as what looks it up"),
        Case("integer_zeros_listed", note_is("listed_area", "seven"), "k1 k2"),
        Case("integer_negative", note_is("area", "minus"), "k3"),
        Case("decimal_places", note_is("tariff", "one"), "k1 k2", "1 is 01.00 is 1.0"),
        Case("decimal_more", note_is("tariff", "more"), "k3", "1.10 is 1.1"),
        Case("version_parts", note_is("release", "right"), "k1 k2", "4.9 = 4.09.0 = 4.9.0; 4.9.1 and 0.4.9 are not"),
        Case("date", note_is("day", "leap"), "k1"),
        Case("instant", note_is("moment", "nine"), "k1 k2", "10:00 in Vienna is 09:00Z"),
        Case("boolean", note_is("flag", "yes"), "k1"),
        Case("choice", note_is("level", "small"), "k1", "a choice never folds"),
        Case("time_itself", {"event": "visit", "where": note_is("then", "nine")}, "k1 k2"),
        Case("no_match", anyone({"attribute": "area.note", "is_empty": True}), "k4 k5"),
    ],
)  # fmt: skip

ROWS = Table(
    "keyed_rows",
    {
        "contacts": contacts(x="text"),
        "parts": {
            "kind": "events", "time": "at", "key": ["k", "l"],
            "columns": typed({"k": "text", "l": "text", "n": "integer"}),
        },
        "unlisted": {"kind": "events", "time": "at", "key": "k", "columns": typed({"n": "integer"})},
        "numbered": {"kind": "related", "key": "k", "columns": typed({"k": "integer"})},
        "priced": {"kind": "related", "key": "k", "columns": typed({"k": FEE})},
        "released": {"kind": "related", "key": ["k"], "columns": typed({"k": "version", "v": "version"})},
        "named": {"kind": "related", "key": "k", "columns": typed({"k": FOLD, "v": FOLD})},
        "called": {"kind": "related", "key": "k", "columns": typed({"k": "text"})},
        "timed": {"kind": "events", "time": "at", "key": ["contact_id", "at"], "columns": typed({"n": "integer"})},
    },
    {
        "contacts": "contact_id,x\nr1,\nr2,\n",
        "parts": """
contact_id,at,k,l,n
r1,2026-11-01T10:00,a,,1
r1,2026-11-01T10:00,a,,01
r1,2026-11-01T10:00,,a,1
r1,2026-11-01T10:00,,,1
r1,2026-11-01T10:00,,,1
""",
        "unlisted": """
contact_id,at,k,n
r1,2026-11-01T10:00,7,1
r1,2026-11-01T10:00,007,1
r1,2026-11-01T10:00,7,1
""",
        "numbered": "contact_id,k\nr1,7\nr1,007\nr1,-7\n",
        "priced": "contact_id,k\nr1,1\nr1,1.0\nr1,01.00\nr1,1.01\n",
        "released": "contact_id,k,v\nr1,4.9,1\nr1,4.9.0,1.0\nr1,4.09,01\nr1,4.10,1\n",
        "named": "contact_id,k,v\nr1,Straße,x\nr1,STRASSE,X\nr1,strase,x\n",
        "called": "contact_id,k\nr1,a\nr1,A\nr1,a\n",
        "timed": """
contact_id,at,n
r1,2026-11-01T10:00,1
r1,2026-11-01T09:00Z,1
R1,2026-11-01T10:00,1
r2,2026-11-01T10:00,1
""",
    },
    [
        Case("missing_part", {"event": "parts", "count": {"is": 3}}, "r1", "(a,-) twice, (-,a), (-,-) twice"),
        Case("text_of_unlisted", {"event": "unlisted", "count": {"is": 2}}, "r1", "nothing is known of it but its text"),
        Case("integer", {"related": "numbered", "count": {"is": 2}}, "r1", "7 and 007 are one"),
        Case("decimal", {"related": "priced", "count": {"is": 2}}, "r1", "1, 1.0 and 01.00 are one"),
        Case("version", {"related": "released", "count": {"is": 2}}, "r1", "and what else they say is equal, too"),
        Case("folded", {"related": "named", "count": {"is": 2}}, "r1"),
        Case("letters", {"related": "called", "count": {"is": 2}}, "r1"),
        Case("instant", {"event": "timed", "count": {"is": 1}}, "r1 r2", "one instant twice; R1 is nobody"),
    ],
)  # fmt: skip

TABLES = [LOOKED_UP, ROWS]


@each_voice
@each_case(TABLES)
def test_keys_are_equal_as_their_types_values_are(case: Asked, voice: str) -> None:
    check(case, voice)
