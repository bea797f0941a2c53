"""What `written` cannot say: each with the place and the message."""

from __future__ import annotations

MARK = 'expected one character in quotes, like ",", no letter, digit or sign'
LETTERS = "expected the letters YYYY, MM, M, DD, D, HH, H, mm, ss and T alone"

OF_A_SOURCE: dict[str, tuple[str, str]] = {
    "no object": (
        "DD.MM.YYYY",
        ': found "DD.MM.YYYY", expected how texts are written, like {date: DD.MM.YYYY, decimal_mark: ","}',
    ),
    "another word": ("{dates: DD.MM.YYYY}", '/dates: unknown key "dates" in written — did you mean "date"?'),
    "a clock time in date": (
        '{date: "DD.MM.YYYY HH:mm"}',
        '/date: found "DD.MM.YYYY HH:mm", expected a day alone; a clock time belongs to "timestamp"',
    ),
    "no day": ("{date: MM.YYYY}", '/date: found "MM.YYYY", expected a day in it (DD)'),
    "no month": ("{date: DD.YYYY}", '/date: found "DD.YYYY", expected a month in it (MM)'),
    "no year": ("{date: DD.MM.}", '/date: found "DD.MM.", expected a year in it (YYYY)'),
    "a year of two digits": ("{date: DD.MM.YY}", f'/date: found "DD.MM.YY", {LETTERS}; a year is YYYY'),
    "other letters": ("{date: dd.MM.YYYY}", f'/date: found "dd.MM.YYYY", {LETTERS}; a day is DD or D'),
    "a letter of another script": ("{date: YYYY年MM月DD}", f'/date: found "YYYY年MM月DD", {LETTERS}'),
    "a part twice": ("{date: DD.MM.YYYY MM}", '/date: found "DD.MM.YYYY MM", expected the month once'),
    "a part twice in two widths": ("{date: DD.MMM.YYYY}", '/date: found "DD.MMM.YYYY", expected the month once'),
    "minutes without hours": (
        '{timestamp: "DD.MM.YYYY mm"}',
        '/timestamp: found "DD.MM.YYYY mm", found minutes without hours, expected both',
    ),
    "seconds without minutes": (
        '{timestamp: "DD.MM.YYYY HH:ss"}',
        '/timestamp: found "DD.MM.YYYY HH:ss", found seconds without minutes, expected both',
    ),
    "digits that run together": (
        "{date: DMMYYYY}",
        '/date: found "DMMYYYY", expected something between D and MM, or DD: who knows where D ends',
    ),
    "a digit behind one or two": (
        "{date: YYYY-M0-DD}",
        '/date: found "YYYY-M0-DD", expected something between M and 0, or MM: who knows where M ends',
    ),
    "a pattern that is a number": (
        "{date: 20241231}",
        '/date: found 20241231, expected a pattern as text, like "DD.MM.YYYY"',
    ),
    "another epoch": (
        "{timestamp: epoch_second}",
        (
            '/timestamp: found "epoch_second", expected a pattern or one of epoch_seconds, epoch_milliseconds — '
            'did you mean "epoch_seconds"?'
        ),
    ),
    "a mark of two": ('{decimal_mark: ",,"}', f'/decimal_mark: found ",,", {MARK}'),
    "a mark that is a digit": ('{decimal_mark: "1"}', f'/decimal_mark: found "1", {MARK}'),
    "a mark that is a sign": ('{group_mark: "-"}', f'/group_mark: found "-", {MARK}'),
    "one mark for both": (
        '{decimal_mark: ",", group_mark: ","}',
        '/group_mark: found ",", which is the decimal_mark too',
    ),
    "a point for both": (
        '{group_mark: "."}',
        '/group_mark: found ".", which is the decimal mark unless "decimal_mark" says another',
    ),
    "a word that is true and false": (
        "{true: [Ja, X], false: [Nein, X]}",
        '/true: found "X", which is true and false at once',
    ),
    "true that is false by default": ('{true: ["False"]}', '/true: found "False", which is true and false at once'),
    "false that is true by default": ('{false: ["TRUE"]}', '/false: found "TRUE", which is true and false at once'),
    "a word alone": (
        "{true: Ja}",
        '/true: found "Ja", expected a list of words, at least one; put it in brackets: ["Ja"]',
    ),
    "a number as word": (
        "{true: [1]}",
        "/true/0: found 1, expected a text; put it in quotes, as it stands in the data",
    ),
    "null as word": (
        "{missing: [null]}",
        "/missing/0: found null, expected a text; put it in quotes, as it stands in the data",
    ),
    "nothing as word": ('{missing: [""]}', "/missing/0: found an empty text, which is missing anyway; leave it out"),
    "trim as text": ('{trim: "true"}', '/trim: found "true", expected true or false, without quotes'),
    "a separator of letters": (
        "{separator: and}",
        '/separator: found "and", expected what stands between two choices, like ";", no letter or digit',
    ),
}

OF_A_COLUMN: dict[str, tuple[str, str]] = {
    "a date of an integer": (
        "{type: integer, written: {date: DD.MM.YYYY}}",
        '/written/date: the key "date" does not belong in written of type integer: only those of type date have it',
    ),
    "marks of a date": (
        '{type: date, written: {decimal_mark: ","}}',
        (
            '/written/decimal_mark: the key "decimal_mark" does not belong in written of type date: only those of type '
            "integer, decimal, float or point have it"
        ),
    ),
    "words of a choice": (
        "{type: choice, values: [a], written: {true: [a]}}",
        '/written/true: the key "true" does not belong in written of type choice: only those of type boolean have it',
    ),
    "a separator of a choice": (
        '{type: choice, values: [a], written: {separator: ";"}}',
        (
            '/written/separator: the key "separator" does not belong in written of type choice: only those of type '
            "choices have it"
        ),
    ),
    "a value with the separator": (
        '{type: choices, values: [a, "b;c"], written: {separator: ";"}}',
        '/values/1: found "b;c", expected a value without ";", which stands between several choices',
    ),
    "a derived column": (
        "{type: integer, derive: {add: [n, 1]}, written: {trim: true}}",
        '/written: a derived column is not written in the data; leave out "written" or "derive"',
    ),
    "one mark for both": (
        '{type: float, written: {group_mark: "."}}',
        '/written/group_mark: found ".", which is the decimal mark unless "decimal_mark" says another',
    ),
}
