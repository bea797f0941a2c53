#!/usr/bin/env bash
# One night through the real DAG, one list frozen from it, and what came of it: on the sample company, or on own data where
# MUSTER_LANDING or MUSTER_CATALOG say so. Nothing that a person forgot is guessed for own data, and nothing is written there.
set -euo pipefail
source "$(dirname "$0")/environment.sh"
cd "$checkout"

title() { printf '\n── %s\n' "$*"; }

stop() { printf '%s\n' "$@" >&2; exit 2; }

run_dag() {
    local log="$AIRFLOW_HOME/$1.log"
    if ! airflow dags test "$1" --conf "$2" 2>&1 | python conf/setup/follow.py "$log"; then
        echo "DAG $1 failed. The whole log: $log" >&2
        exit 1
    fi
}

title "Deliveries (the sample company's are made where missing or changed)"
deliver_samples

list=${LIST:-} segment=${SEGMENT:-}
if [[ $deliveries == own ]]; then
    [[ -n ${AS_OF:-} ]] || stop "AS_OF is missing: say of which instant the night on your own data is, in the account's zone:" \
        "  make nightly AS_OF=$(date +%F)T00:00"
elif [[ -z $list$segment ]] && compgen -G "${MUSTER_SPECS:-segment_specs}/*/win_back.json" > /dev/null; then
    list=july_win_back segment=win_back
fi
as_of=${AS_OF:-1998-07-01T00:00}
[[ $as_of =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T ]] || stop "AS_OF: found \"$as_of\", expected an instant such as 1998-07-01T00:00"
[[ -z $list && -z $segment || -n $list && -n $segment ]] || stop "LIST and SEGMENT belong together: the segment's members are" \
    "frozen into the list. Give both, or neither; found LIST=\"$list\" SEGMENT=\"$segment\"."
# Now, not after the night: a misspelt segment is told with its nearest name.
if [[ -n $segment ]]; then python -m jobs sql "$segment" --as-of "$as_of" > /dev/null; fi
next_day='import datetime, sys; print(datetime.date.fromisoformat(sys.argv[1][:10]) + datetime.timedelta(1))'
launch=${LAUNCH:-$(python -c "$next_day" "$as_of")}

prepare_airflow
trap stop_databases EXIT
serve_databases

title "DAG nightly_segments, as of $as_of"
run_dag nightly_segments "{\"as_of\": \"$as_of\"}"

if [[ -z $list ]]; then
    title "No list is frozen: name one and its segment, as LIST=july_offer SEGMENT=some_segment LAUNCH=$launch"
    exit
fi

title "DAG freeze_list: $segment becomes the list $list, launching on $launch"
run_dag freeze_list "{\"list\": \"$list\", \"segment\": \"$segment\", \"launch_date\": \"$launch\", \"as_of\": \"$as_of\"}"

title "What is frozen (python -m jobs lists; python -m jobs segments shows the table of the night again)"
python -m jobs lists
