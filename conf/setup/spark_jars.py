"""`spark-submit spark_jars.py FOLDER`: copies into FOLDER the jars that spark-submit has fetched and Spark itself lacks.

What Spark ships (Hadoop, Parquet, Jackson …) stands before every other jar on its class path: a second copy is never read.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

from pyspark import SparkConf, SparkContext

VERSION = re.compile(r"-\d[\w.\-]*\.jar$")


def main() -> None:
    """The jars keep the names that Ivy gives them, `<group>_<artifact>-<version>.jar`."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True)
    # spark-submit says where Spark is; the package it runs Python with is an archive of its own.
    shipped = {VERSION.sub("", jar.name) for jar in Path(os.environ["SPARK_HOME"], "jars").glob("*.jar")}
    for jar in _fetched():
        if VERSION.sub("", jar.name.partition("_")[2]) not in shipped:
            shutil.copy(jar, folder)


def _fetched() -> list[Path]:
    SparkContext._ensure_initialized()  # attaches to spark-submit's JVM, which has fetched them by now
    urls = SparkConf().get("spark.jars", "") or ""
    return [Path(url2pathname(urlparse(url).path)) for url in urls.split(",") if url]


if __name__ == "__main__":
    main()
