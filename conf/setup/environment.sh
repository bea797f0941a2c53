# Sourced by the scripts here: what Airflow, Spark and the steps are told on one machine. Nothing listens beyond
# 127.0.0.1, nothing calls home. What is set already (MUSTER_LAKE, another spark_default) is left as it is.

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export PATH="$checkout/.venv/bin:$PATH"
export PYTHONPATH="$checkout"
export PYSPARK_PYTHON="$checkout/.venv/bin/python" PYSPARK_DRIVER_PYTHON="$checkout/.venv/bin/python"
export SPARK_LOCAL_IP=127.0.0.1
# A step's JVM lives for seconds on two cores: compiling less and collecting with one thread halves what it costs
# (ingest of the sample company: 54 s of CPU instead of 90). With one compiler the code cache is small and swept over and
# over, so it is given its usual size back. Not in conf/spark-defaults.conf: a cluster's driver lives longer.
: "${SPARK_SUBMIT_OPTS:=-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC}"

# The jars that conf/spark-defaults.conf names, as conf/setup/spark.sh fetched them: a step that is handed their paths looks
# for nothing. Without the folder, as after a change of these lines, Spark fetches them by itself.
spark_kit="$checkout/.venv/spark-$(cat "$checkout"/{requirements.txt,conf/spark-defaults.conf} | grep -E '^(pyspark==|spark\.jars)' | sha256sum | cut -c1-16)"
if [[ -d $spark_kit ]]; then
    export MUSTER_SPARK_JARS="$spark_kit"
    # On the JVM's own class path too: only of that it keeps classes. An archive that does not fit is passed over in silence.
    export SPARK_DIST_CLASSPATH="$spark_kit/*"
    if [[ -e $spark_kit/ready && $SPARK_SUBMIT_OPTS != *SharedArchiveFile* ]]; then
        SPARK_SUBMIT_OPTS+=" -XX:SharedArchiveFile=$spark_kit/classes.jsa -Xlog:cds=off -Xlog:cds+dynamic=off"
    fi
fi
export SPARK_SUBMIT_OPTS

# The connection the DAGs submit on. Undefined, the provider would silently take YARN.
: "${AIRFLOW_CONN_SPARK_DEFAULT:={\"conn_type\": \"spark\", \"host\": \"local[2]\"\}}"
export AIRFLOW_CONN_SPARK_DEFAULT

export AIRFLOW_HOME="$checkout/.airflow"
export AIRFLOW__CORE__DAGS_FOLDER="$checkout/dags"
export AIRFLOW__CORE__LOAD_EXAMPLES=False
export AIRFLOW__CORE__EXECUTOR=LocalExecutor
export AIRFLOW__CORE__PARALLELISM=4
export AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS=True
export AIRFLOW__CORE__EXECUTION_API_SERVER_URL=http://127.0.0.1:8080/execution/
export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN="sqlite:///$checkout/.airflow/airflow.db"
export AIRFLOW__API__HOST=127.0.0.1
export AIRFLOW__API__PORT=8080
export AIRFLOW__API__BASE_URL=http://127.0.0.1:8080
export AIRFLOW__API__WORKERS=1
export AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False
export GX_ANALYTICS_ENABLED=False SCARF_NO_ANALYTICS=true DO_NOT_TRACK=1

# Airflow's tables and the pool of one Spark job at a time; again only when the installed packages changed.
prepare_airflow() {
    local done
    done="$AIRFLOW_HOME/prepared-$(sha256sum "$checkout/requirements.txt" | cut -c1-16)"
    [[ -e $done ]] && return
    mkdir -p "$AIRFLOW_HOME"
    echo "Preparing Airflow's database in $AIRFLOW_HOME …"
    {
        airflow db migrate
        airflow pools set spark 1 "One Spark job at a time on this machine"
    } > "$AIRFLOW_HOME/prepare.log" 2>&1 || { tail -n 20 "$AIRFLOW_HOME/prepare.log" >&2; return 1; }
    rm -f "$AIRFLOW_HOME"/prepared-*
    touch "$done"
}

# Makes the sample company's deliveries, only where they belong. `deliveries` is then `samples`, or `own` where the settings
# point at somebody's own data, of which nothing is touched.
deliver_samples() {
    local code=0
    python -m tests.company || code=$?
    case $code in
        0) deliveries=samples ;;
        3) deliveries=own ;;
        *) return "$code" ;;
    esac
}

# Starts what stands in for the sample company's databases (tests/company/databases.py), unless the deliveries are somebody's
# own or both connections are set. It runs until `stop_databases`, or until the calling script ends, however it does.
serve_databases() {
    [[ $deliveries == samples && ( -z ${AIRFLOW_CONN_SHOP:-} || -z ${AIRFLOW_CONN_CALLCENTRE:-} ) ]] || return 0
    local name uri variable
    coproc databases { exec python -m tests.company.databases; }
    databases_process=$databases_PID databases_input=${databases[1]} databases_output=${databases[0]}
    for name in shop callcentre; do
        read -r name uri <&"$databases_output" || { echo "The sample company's databases did not start." >&2; return 1; }
        variable=AIRFLOW_CONN_${name^^}
        if [[ -z ${!variable:-} ]]; then export "$variable=$uri"; fi
    done
}

stop_databases() {
    [[ -n ${databases_process:-} ]] || return 0
    exec {databases_input}>&-
    wait "$databases_process" || true
    databases_process=
}
