#!/bin/sh
# Writes the root file system of a small Debian as a tar, for hosts that can't pull
# debian:<suite>-slim. Usage: base.sh SUITE OUTPUT.tar
set -eu
suite=$1 output=$2

if ! command -v mmdebstrap >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "debian:$suite-slim can't be pulled; making it from packages needs root and mmdebstrap" \
        "(scripts/engine installs it on Debian and Ubuntu)"
    exit 3
fi

# The archives that this host's own apt is set up with; without any, mmdebstrap has its defaults.
site() {
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
        "Label: $1" 2>/dev/null | sort -u | head -n 1
}
main=$(site Debian)
security=$(site Debian-Security)
set --
if [ -n "$main" ]; then
    set -- "deb $main $suite main" "deb $main $suite-updates main"
    [ -z "$security" ] || set -- "$@" "deb $security $suite-security main"
fi

# What nobody reads in a container stays out, here and in every later apt layer.
exec mmdebstrap --variant=minbase \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    "$suite" "$output" "$@"
