"""The sample's hash against values published elsewhere: FIPS 180's SHA-256 of "abc", and SplitMix64's first outputs."""

from __future__ import annotations

from tests.oracle.samples import WORD, draw, first_eight, splitmix64


def test_first_eight_bytes_are_those_of_sha_256() -> None:
    assert first_eight("abc") == 0xBA7816BF8F01CFEA


def test_splitmix64_gives_its_published_outputs() -> None:
    step = 0x9E3779B97F4A7C15
    assert [splitmix64((1234567 + n * step) % WORD) for n in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def test_a_draw_is_what_a_shell_computes() -> None:
    assert draw("s8", "ab-2026") == 861611641430609099
    assert draw("s13", "ab-2026") == 18338874314144264441
