#!/usr/bin/env bash
# Check all that deploys the worker: dependencies, Prometheus's rules and queries, compose, the Helm chart, the AsyncAPI document, the
# status page in a browser, the image.
#
#     deploy/check.sh                      all parts
#     deploy/check.sh prometheus helm      some of them
#
# Needs root on Debian or Ubuntu, Go and Node.js: what else is missing is installed, system packages by apt-get, all other into
# .cache/deploy. Each download is tried three times.
#
# Exit code 1: something is wrong. Exit code 3: all that could be checked is right, but a tool can't be had, and the last lines name
# what was not checked; nothing is left out in silence.
set -euo pipefail
cd "$(dirname "$0")/.."

PARTS=(audit prometheus compose helm asyncapi pages queries image)
PYTHON=.venv/bin/python
CACHE=$PWD/.cache/deploy
TOOLS=$CACHE/tools
HELM=helm.sh/helm/v3/cmd/helm@v3.16.4
COMPOSE=github.com/docker/compose/v2/cmd@v2.32.4
PARSER=@asyncapi/parser@3.4.0
AUDIT=pip-audit==2.10.1
VALIDATE=kubernetes-validate==1.37.0
KUBERNETES=1.32
LACKING=77 # how a part ends that could not be checked
mkdir -p "$CACHE/bin"

say() { printf '== %s\n' "$*"; }
fail() { printf 'deploy/check.sh: %s\n' "$*" >&2; exit 1; }
lack() { printf '%s\n' "$*" >>"$CACHE/lacking"; exit "$LACKING"; }

# thrice LOG COMMAND...: run a command that downloads, up to three times; registries are away for a moment at times.
thrice() {
    local log=$1
    shift
    for pause in 5 20 0; do
        "$@" >"$log" 2>&1 && return
        sleep "$pause"
    done
    return 1
}

# need COMMAND PACKAGE: have a command, by its Debian package if it is not there. RUNLEVEL=1 keeps its services from being started.
need() {
    command -v "$1" >/dev/null && return
    command -v apt-get >/dev/null || lack "$1 is not there, and there is no apt-get to install $2"
    [ "$(id -u)" = 0 ] || lack "$1 is not there, and only root can install $2"
    say "installing $2"
    thrice "$CACHE/apt.log" sh -c "{ [ -f '$CACHE/apt.updated' ] || { apt-get update && touch '$CACHE/apt.updated'; }; } &&
        DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y --no-install-recommends '$2'" ||
        lack "$1 is not there, and apt-get install $2 failed: see $CACHE/apt.log"
    command -v "$1" >/dev/null || fail "$2 is installed, and there is no $1"
}

# built NAME MODULE: have a Go program of that version in the cache.
built() {
    [ -x "$CACHE/bin/$1-${2##*@}" ] && return
    command -v go >/dev/null || lack "$1 is built with Go, which is not there"
    say "building $1 ${2##*@}"
    mkdir -p "$CACHE/go"
    GOBIN=$CACHE/go thrice "$CACHE/$1.log" go install "$2" || lack "$1 could not be built: see $CACHE/$1.log"
    local made=${2%@*}
    mv "$CACHE/go/${made##*/}" "$CACHE/bin/$1-${2##*@}"
}

# tool MODULE REQUIREMENT: have a Python package in an environment apart from the worker's.
tool() {
    [ -x "$TOOLS/bin/python" ] || "$PYTHON" -m venv "$TOOLS"
    "$TOOLS/bin/python" -c "import $1" 2>/dev/null ||
        thrice "$CACHE/$1.log" "$TOOLS/bin/python" -m pip install --quiet --disable-pip-version-check "$2" ||
        lack "$2 can't be installed: see $CACHE/$1.log"
}

# bare FILE: print rendered resources without dashboard and alerts, which are copies of files beside the chart.
bare() {
    awk '/^---/ {skip = 0; rule = 0} /^kind: PrometheusRule/ {rule = 1} /^  copydesk.json: / {print "  copydesk.json: …"; next}
        skip {next} {print} rule && /^spec:/ {print "  …"; skip = 1}' "$1"
}

audit() {
    say "licences of what the worker runs with"
    "$PYTHON" deploy/sbom.py --table requirements/run.txt
    say "faults that are known of these versions"
    tool pip_audit "$AUDIT"
    # pip-audit's own exit code says 1 for a finding and for an index that is away; what it wrote tells them apart.
    "$TOOLS/bin/pip-audit" --requirement requirements/run.txt --require-hashes --disable-pip --format json --progress-spinner off \
        --output "$CACHE/audit.json" 2>"$CACHE/audit.log" || true
    local code=0
    "$PYTHON" deploy/audit.py "$CACHE/audit.json" deploy/audit-accepted.tsv || code=$?
    [ "$code" != "$LACKING" ] || lack "dependencies are not audited: the package index tells nothing of faults (see $CACHE/audit.log)"
    return "$code"
}

prometheus() {
    say "Prometheus: rules and their tests"
    need promtool prometheus
    promtool check rules deploy/prometheus/alerts.yaml
    (cd deploy/prometheus && promtool test rules alerts_test.yaml)
    promtool check config --syntax-only deploy/compose/prometheus.yaml
}

compose() {
    say "docker-compose.yml, read by compose itself"
    built compose "$COMPOSE"
    "$CACHE/bin/compose-${COMPOSE##*@}" -f docker-compose.yml config --quiet
}

helm() {
    say "Helm chart"
    built helm "$HELM"
    tool kubernetes_validate "$VALIDATE"
    local name program=$CACHE/bin/helm-${HELM##*@}
    for values in deploy/helm/cases/*.yaml; do
        name=$(basename "$values" .yaml)
        "$program" lint --quiet --strict --kube-version "$KUBERNETES" deploy/helm/copydesk --values "$values"
        "$program" template copydesk deploy/helm/copydesk --kube-version "$KUBERNETES" --namespace news --values "$values" >"$CACHE/$name.yaml"
        "$TOOLS/bin/python" deploy/helm/valid.py "$KUBERNETES" "$CACHE/$name.yaml"
        if [ "${UPDATE:-}" ]; then
            mkdir -p tests/golden/helm && bare "$CACHE/$name.yaml" >"tests/golden/helm/$name.yaml"
        fi
        bare "$CACHE/$name.yaml" | diff -u "tests/golden/helm/$name.yaml" - ||
            fail "the chart renders $name otherwise; if that is meant: UPDATE=1 deploy/check.sh helm"
    done
    # Values that are wrong must be refused with words, not rendered.
    if "$program" template x --kube-version "$KUBERNETES" deploy/helm/copydesk --set desk.replicas=0 >/dev/null 2>&1; then
        fail "the chart takes a desk without replicas: values.schema.json is not held"
    fi
}

asyncapi() {
    say "AsyncAPI document, read by AsyncAPI's own parser"
    command -v npm >/dev/null || lack "AsyncAPI's parser needs Node.js with npm, which is not there"
    [ -f "$CACHE/npm/node_modules/@asyncapi/parser/package.json" ] ||
        thrice "$CACHE/npm.log" npm install --silent --no-audit --no-fund --prefix "$CACHE/npm" "$PARSER" ||
        lack "$PARSER can't be installed: see $CACHE/npm.log"
    node deploy/asyncapi.mjs "$CACHE/npm/node_modules" schemas/asyncapi.yaml
}

pages() {
    say "the status page in a browser: light, dark, on a phone, and with script in a headline"
    need chromium chromium
    "$PYTHON" -m deploy.pages "${PICTURES:-$CACHE/pages}"
}

queries() {
    say "every query of dashboard and alerts, asked of a Prometheus that scrapes workers"
    need prometheus prometheus
    "$PYTHON" -m deploy.queries ${PICTURES:+--pictures "$PICTURES"}
}

image() {
    say "the image"
    [ "$(id -u)" = 0 ] || lack "the image is built by root: buildah's chroot isolation needs it"
    need buildah buildah
    need debootstrap debootstrap
    deploy/image.sh "$CACHE"
}

[ -x "$PYTHON" ] || fail "make install comes first"

# One part in a process of its own: a part that fails ends there, and the others are checked all the same.
if [ "${1:-}" = --one ]; then
    "$2"
    exit
fi

[ $# -gt 0 ] || set -- "${PARTS[@]}"
for part in "$@"; do
    [[ " ${PARTS[*]} " == *" $part "* ]] || fail "$part is no part; there are ${PARTS[*]}"
done
rm -f "$CACHE/lacking"
wrong=()
for part in "$@"; do
    code=0 started=$SECONDS
    bash deploy/check.sh --one "$part" || code=$?
    [ "$code" = 0 ] || [ "$code" = "$LACKING" ] || wrong+=("$part")
    say "$part: $((SECONDS - started)) s"
done
if [ -f "$CACHE/lacking" ]; then
    while read -r line; do say "NOT CHECKED: $line"; done <"$CACHE/lacking"
fi
[ ${#wrong[@]} = 0 ] || fail "wrong: ${wrong[*]}"
[ ! -f "$CACHE/lacking" ] || exit 3
say "all is as it should be"
