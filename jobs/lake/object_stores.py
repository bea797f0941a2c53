"""Whether the store of a lake keeps the one promise that every commit rests on: what is there already is not put again.

Asked of the store itself at the start of a night, by the library that delta-rs commits with and under the same environment:
one object lies in the lake for this, and putting it again must be refused. One request; only a new lake takes two.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from jobs.errors import SettingsError, Unreachable
from jobs.lake.places import without_hadoop

PROBED = ("s3", "s3a", "gs", "abfs", "abfss", "az")
"""The schemes of object stores. A folder, and what else there is (hdfs), refuses by itself."""
OBJECT = "put-if-absent"
"""The object under the lake's root; it stays, and holds nothing."""
UNSAFE = "AWS_S3_ALLOW_UNSAFE_RENAME"
"""With it delta-rs commits by a rename that asks nobody, so that putting proves nothing."""
RETRIES = 3
OFF = ("", "0", "false", "off", "no", "n")


def require_put_if_absent(lake: str, env: Mapping[str, str] | None = None) -> None:
    """Nothing where two writers cannot both win. `SettingsError` (12) where the store lets the second one win, or the
    environment makes commits that do not ask it; `Unreachable` (30) where it does not answer."""
    if lake.partition("://")[0] not in PROBED or "://" not in lake:
        return
    _require_safe(os.environ if env is None else env)
    # A Rust library to load, which a lake in a folder does without.
    from obstore.exceptions import AlreadyExistsError, BaseError, NotSupportedError
    from obstore.store import from_url

    try:
        store = from_url(without_hadoop(lake), retry_config={"max_retries": RETRIES})
        # A new lake's object is put the first time. The second is the proof, and on every later night the first is.
        for _ in range(2):
            store.put(OBJECT, b"", mode="create")
    except AlreadyExistsError:
        return
    except (NotSupportedError, NotImplementedError) as error:
        raise SettingsError(_unsafe(lake, f"is not asked to ({_first_line(error)})")) from error
    except (BaseError, ValueError) as error:
        raise Unreachable(
            f"{lake}: cannot be written ({_first_line(error)}). Check the address, and "
            "region, endpoint and credentials in the environment."
        ) from error
    raise SettingsError(_unsafe(lake, "put one object twice"))


def _require_safe(env: Mapping[str, str]) -> None:
    found = env.get(UNSAFE, "")
    if found.lower() not in OFF:
        raise SettingsError(
            f"environment variable {UNSAFE}: found {found!r}, expected nothing: with it commits do not ask the store "
            "whether another one was first, and two nights at once can lose rows. Unset it."
        )


def _unsafe(lake: str, what: str) -> str:
    return (
        f"{lake}: the store {what} where it has to refuse the second time (If-None-Match: *). Two commits at once could "
        "both win, and rows be lost. Take a store that refuses (Amazon S3, MinIO, Google Cloud Storage, Azure), update this "
        "one, or unset AWS_CONDITIONAL_PUT; then run the step again."
    )


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
