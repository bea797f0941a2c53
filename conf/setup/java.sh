#!/usr/bin/env bash
# Java 17 or 21, which Spark 4.1 runs on: there already, installed where root has apt, else the command to run.
set -euo pipefail

java=${JAVA_HOME:+$JAVA_HOME/bin/}java

version() {
    local line
    line=$("$java" -version 2>&1 | head -n 1) || return 1
    [[ $line =~ \"(1\.)?([0-9]+) ]] && echo "${BASH_REMATCH[2]}"
}

fits() {
    local found
    found=$(version) && [[ $found == 17 || $found == 21 ]]
}

fits && exit 0

if command -v "$java" > /dev/null 2>&1; then
    problem="Spark needs Java 17 (or 21), but ${JAVA_HOME:+JAVA_HOME=$JAVA_HOME, }$(command -v "$java") is Java $(version || echo 'of an unknown version')."
else
    problem="Java 17 is missing${JAVA_HOME:+: JAVA_HOME is $JAVA_HOME, and no bin/java is in it}; Spark runs on it."
fi

if [[ -z ${JAVA_HOME:-} && $(id -u) == 0 ]] && command -v apt-get > /dev/null 2>&1; then
    echo "$problem Installing it with apt-get …"
    apt-get update -qq
    for release in 17 21; do
        if [[ -n $(apt-cache madison "openjdk-$release-jre-headless" 2> /dev/null) ]]; then
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "openjdk-$release-jre-headless"
            fits && exit 0
            # Another Java stands before it on the PATH.
            break
        fi
    done
fi

{
    echo "$problem"
    case $(uname -s) in
        Darwin) echo "Install it with: brew install openjdk@17 && export JAVA_HOME=\$(brew --prefix openjdk@17)/libexec/openjdk.jdk/Contents/Home" ;;
        *) echo "Install it with: sudo apt-get install -y openjdk-17-jre-headless   (Fedora: sudo dnf install java-17-openjdk-headless)" ;;
    esac
    echo "Where it is installed already, say so: export JAVA_HOME=/path/to/java-17. Then run the same command again."
} >&2
exit 1
