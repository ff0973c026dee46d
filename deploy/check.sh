#!/usr/bin/env bash
# Check all that deploys the worker: Prometheus's rules and queries, compose, the Helm chart, the AsyncAPI document, the image.
#
#     deploy/check.sh                      all parts
#     deploy/check.sh prometheus helm      some of them
#
# Needs root on Debian or Ubuntu, Go and Node.js: what else is missing is installed, system packages by apt-get, programs into .cache/deploy.
# What can't be had or checked is said, and is a failure; nothing is left out in silence.
set -euo pipefail
cd "$(dirname "$0")/.."

PYTHON=.venv/bin/python
CACHE=$PWD/.cache/deploy
HELM=helm.sh/helm/v3/cmd/helm@v3.16.4
COMPOSE=github.com/docker/compose/v2/cmd@v2.32.4
PARSER=@asyncapi/parser@3.4.0
KUBERNETES=1.32
mkdir -p "$CACHE/bin"

say() { printf '== %s\n' "$*"; }
fail() { printf 'deploy/check.sh: %s\n' "$*" >&2; exit 1; }

# need COMMAND PACKAGE: have a command, by its Debian package if it is not there.
need() {
    command -v "$1" >/dev/null && return
    say "installing $2"
    apt-get install -y --no-install-recommends "$2" >"$CACHE/apt.log" 2>&1 ||
        { apt-get update >>"$CACHE/apt.log" 2>&1 && apt-get install -y --no-install-recommends "$2" >>"$CACHE/apt.log" 2>&1; } ||
        fail "$1 is not there, and apt-get install $2 failed: see $CACHE/apt.log"
}

# built NAME MODULE: have a Go program of that version in the cache.
built() {
    [ -x "$CACHE/bin/$1-${2##*@}" ] && return
    command -v go >/dev/null || fail "$1 is built with Go, which is not there"
    say "building $1 ${2##*@}"
    mkdir -p "$CACHE/go"
    GOBIN=$CACHE/go go install "$2" 2>"$CACHE/$1.log" || fail "$1 could not be built: see $CACHE/$1.log"
    local made=${2%@*}
    mv "$CACHE/go/${made##*/}" "$CACHE/bin/$1-${2##*@}"
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
    "$PYTHON" -c 'import kubernetes_validate' 2>/dev/null ||
        "$PYTHON" -m pip install --quiet kubernetes-validate || fail "kubernetes-validate can't be installed"
    local name program=$CACHE/bin/helm-${HELM##*@}
    for values in deploy/helm/cases/*.yaml; do
        name=$(basename "$values" .yaml)
        "$program" lint --quiet --strict --kube-version "$KUBERNETES" deploy/helm/copydesk --values "$values"
        "$program" template copydesk deploy/helm/copydesk --kube-version "$KUBERNETES" --namespace news --values "$values" >"$CACHE/$name.yaml"
        "$PYTHON" deploy/helm/valid.py "$KUBERNETES" "$CACHE/$name.yaml"
        if [ "${UPDATE:-}" ]; then
            mkdir -p tests/golden/helm && cp "$CACHE/$name.yaml" "tests/golden/helm/$name.yaml"
        fi
        diff -u "tests/golden/helm/$name.yaml" "$CACHE/$name.yaml" ||
            fail "the chart renders $name otherwise; if that is meant: UPDATE=1 deploy/check.sh helm"
    done
    # Values that are wrong must be refused with words, not rendered.
    if "$program" template x --kube-version "$KUBERNETES" deploy/helm/copydesk --set desk.replicas=0 >/dev/null 2>&1; then
        fail "the chart takes a desk without replicas: values.schema.json is not held"
    fi
}

asyncapi() {
    say "AsyncAPI document, read by AsyncAPI's own parser"
    command -v npm >/dev/null || fail "AsyncAPI's parser needs Node.js with npm, which is not there"
    [ -d "$CACHE/npm/node_modules/@asyncapi/parser" ] ||
        npm install --silent --no-audit --no-fund --prefix "$CACHE/npm" "$PARSER" || fail "$PARSER can't be installed"
    node deploy/asyncapi.mjs "$CACHE/npm/node_modules" schemas/asyncapi.yaml
}

queries() {
    say "every query of dashboard and alerts, asked of a Prometheus that scrapes workers"
    need prometheus prometheus
    "$PYTHON" -m deploy.queries ${PICTURES:+--pictures "$PICTURES"}
}

image() {
    say "the image"
    need buildah buildah
    need debootstrap debootstrap
    [ "$(id -u)" = 0 ] || fail "the image is built by root: buildah's chroot isolation needs it"
    deploy/image.sh "$CACHE"
}

[ -x "$PYTHON" ] || fail "make install comes first"
[ $# -gt 0 ] || set -- prometheus compose helm asyncapi queries image
for part in "$@"; do
    case $part in
        prometheus | compose | helm | asyncapi | queries | image) "$part" ;;
        *) fail "$part is no part; there are prometheus, compose, helm, asyncapi, queries and image" ;;
    esac
done
say "all is as it should be"
