#!/usr/bin/env bash
# One night on the sample company through the real DAG, one list frozen from it, and what came of it.
set -euo pipefail
source "$(dirname "$0")/environment.sh"
cd "$checkout"

as_of=${AS_OF:-1998-07-01T00:00}
list=${LIST:-july_win_back} segment=${SEGMENT:-win_back} launch=${LAUNCH:-1998-07-02}

title() { printf '\n── %s\n' "$*"; }

run_dag() {
    local log="$AIRFLOW_HOME/$1.log"
    if ! airflow dags test "$1" --conf "$2" 2>&1 | python conf/setup/follow.py "$log"; then
        echo "DAG $1 failed. The whole log: $log; its last lines:" >&2
        tail -n 5 "$log" | cut -c1-400 >&2
        exit 1
    fi
}

title "The sample company's deliveries (made where missing or changed)"
python -m tests.company

prepare_airflow

title "DAG nightly_segments, as of $as_of"
run_dag nightly_segments "{\"as_of\": \"$as_of\"}"

title "DAG freeze_list: $segment becomes the list $list, launching on $launch"
run_dag freeze_list "{\"list\": \"$list\", \"segment\": \"$segment\", \"launch_date\": \"$launch\", \"as_of\": \"$as_of\"}"

title "What is published (python -m jobs segments)"
python -m jobs segments

title "What is frozen (python -m jobs lists)"
python -m jobs lists
