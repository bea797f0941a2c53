#!/usr/bin/env bash
# What Spark needs beside its package, once into $spark_kit: the jars of conf/spark-defaults.conf, so that no step looks for
# them again, and the classes a step loads, kept so that its JVM starts faster.
set -euo pipefail
source "$(dirname "$0")/environment.sh"
cd "$checkout"

log="$checkout/.venv/spark.log"

submit() {
    spark-submit --master 'local[1]' --properties-file conf/spark-defaults.conf "$@" > "$log" 2>&1
}

if [[ ! -d $spark_kit ]]; then
    echo "Fetching the Delta jars (once, about 20 seconds) …"
    rm -rf "$spark_kit.new"
    submit conf/setup/spark_jars.py "$spark_kit.new" || { tail -n 20 "$log" >&2; exit 1; }
    mv "$spark_kit.new" "$spark_kit"
fi

echo "Keeping the classes that a step loads (once, about 30 seconds) …"
archive="$spark_kit/classes.jsa"
rm -f "$archive.new"
source conf/setup/environment.sh  # which hands the jars over now
# Only time depends on it, so a JVM that cannot keep classes (one of many cannot map its own at the address it got) stops
# nobody: once more, and then steps start as they always did.
for _ in 1 2; do
    if SPARK_SUBMIT_OPTS="$SPARK_SUBMIT_OPTS -XX:ArchiveClassesAtExit=$archive.new" \
        submit --conf spark.jars.packages= conf/setup/spark_classes.py; then break; fi
done
if [[ -e $archive.new ]]; then
    mv "$archive.new" "$archive"
else
    echo "No classes are kept, each step starts some seconds slower: $(tail -n 1 "$log")" >&2
fi
touch "$spark_kit/ready"

# What was kept for other versions is read by nobody any more.
for kit in .venv/spark-*; do
    if [[ $checkout/$kit != "$spark_kit" ]]; then rm -rf "$kit"; fi
done
