#!/usr/bin/env bash
# A local Airflow to click in, on http://127.0.0.1:8080 without a password. Ctrl-C stops it and everything it started.
# Not `airflow standalone`: that one also serves logs on every network address of the machine.
set -euo pipefail
source "$(dirname "$0")/environment.sh"
cd "$checkout"
deliver_samples
prepare_airflow
serve_databases

mkdir -p "$AIRFLOW_HOME/logs"
parts=()

# Each part leads a process group of its own (set -m), so that a signal reaches whatever it started, spark-submit too.
set -m
start() {
    airflow "$@" > "$AIRFLOW_HOME/logs/$1.log" 2>&1 &
    parts+=($!)
}

alive() { kill -0 -- "-$1" 2> /dev/null; }

stop() {
    trap '' INT TERM HUP
    trap - EXIT
    echo
    echo "Stopping …"
    local part
    for part in "${parts[@]}"; do kill -INT -- "-$part" 2> /dev/null || true; done
    for _ in {1..40}; do
        local left=0
        for part in "${parts[@]}"; do if alive "$part"; then left=1; fi; done
        [[ $left == 0 ]] && break
        sleep 0.25
    done
    for part in "${parts[@]}"; do kill -KILL -- "-$part" 2> /dev/null || true; done
    stop_databases
    wait 2> /dev/null || true
    echo "Stopped."
}
trap 'stop; exit 0' INT TERM HUP
trap 'stop' EXIT

start api-server
start dag-processor
start scheduler --skip-serve-logs

echo "Airflow is starting on http://127.0.0.1:8080 (logs: $AIRFLOW_HOME/logs). Ctrl-C stops it."
for _ in {1..120}; do
    if python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/api/v2/version', timeout=1)" 2> /dev/null; then
        echo "Ready: http://127.0.0.1:8080"
        break
    fi
    sleep 0.5
done

# Ends when one part ends by itself: half an Airflow is worse than none.
wait -n "${parts[@]}" || true
echo "A part of Airflow ended; the last lines of the logs:" >&2
tail -n 3 "$AIRFLOW_HOME"/logs/*.log >&2
exit 1
