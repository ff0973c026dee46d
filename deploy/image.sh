#!/usr/bin/env bash
# Build the image without a Docker engine, and run it: against Kafka on this machine, read-only, as nobody.
# Called by deploy/check.sh with the folder for what may be kept. Exit code 77: something can't be downloaded, so nothing was checked.
set -euo pipefail
cd "$(dirname "$0")/.."
CACHE=$1
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot CONTAINERS_STORAGE_CONF=$CACHE/storage.conf
# Images are kept apart from those that this machine may have for other ends.
printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$CACHE/images" "$CACHE/images-run" >"$CACHE/storage.conf"

fail() { printf 'deploy/image.sh: %s\n' "$*" >&2; exit 1; }
lack() { printf '%s\n' "$*" >>"$CACHE/lacking"; exit 77; }
# How pip says that it could not download, whatever the package.
AWAY='Max retries exceeded|Read timed out|ConnectTimeout|Connection (aborted|reset|refused)|Temporary failure|HTTP error (429|5..)|IncompleteRead'

base() {
    buildah inspect --type image localhost/copydesk-base >/dev/null 2>&1 && return
    echo "making a base image of Debian bookworm"
    local root=$CACHE/base source
    source=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n 1)
    for try in 1 2 3; do
        rm -rf "$root"
        debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$root" "$source" >"$CACHE/debootstrap.log" 2>&1 && break
        [ "$try" != 3 ] || lack "the image: debootstrap can't get Debian bookworm: see $CACHE/debootstrap.log"
        sleep 10
    done
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
    local made
    made=$(buildah from scratch)
    buildah add --quiet "$made" "$root" / >/dev/null
    buildah commit --quiet "$made" localhost/copydesk-base >/dev/null
    buildah rm "$made" >/dev/null
    rm -rf "$root"
}

build() {
    echo "building"
    # How this machine reaches its package index, inside the build too: its certificates and pip's own settings.
    local conf=$CACHE/pip.conf index
    printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' >"$conf"
    index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)
    [ -z "$index" ] || printf 'index-url = %s\n' "$index" >>"$conf"
    for try in 1 2 3; do
        buildah bud --quiet --format docker --file deploy/Dockerfile --build-arg BASE=localhost/copydesk-base \
            --build-arg REVISION="$(git rev-parse HEAD)" --volume "$conf:/etc/pip.conf:ro" \
            --volume /etc/ssl/certs/ca-certificates.crt:/etc/ssl/certs/ca-certificates.crt:ro \
            --tag localhost/copydesk . >"$CACHE/build.log" 2>&1 && return
        grep -Eq "$AWAY" "$CACHE/build.log" || break
        [ "$try" != 3 ] || lack "the image: packages can't be downloaded while it is built: see $CACHE/build.log"
        sleep 20
    done
    tail -n 30 "$CACHE/build.log" >&2
    fail "the build failed: see $CACHE/build.log"
}

base
build
buildah rmi --prune >/dev/null # what the last build left
for name in copydesk-base copydesk; do buildah images --format '{{.Name}}: {{.Size}}' "localhost/$name"; done

# The image's files, mounted: what runs from here is what was built.
made=$(buildah from localhost/copydesk)
trap 'buildah rm "$made" >/dev/null' EXIT
buildah inspect --type image localhost/copydesk >"$CACHE/image.json"
.venv/bin/python deploy/run_image.py "$(buildah mount "$made")" "$CACHE/image.json"
