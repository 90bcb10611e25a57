# Shared by the scripts beside it, which source it after changing to the repository's root.
# shellcheck shell=bash

# Where this is set, every start of the server would compile a thousand modules anew.
unset PYTHONDONTWRITEBYTECODE

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# Installs Debian packages; says what to type where it may not.
apt_install() {
  if ! command -v apt-get >/dev/null; then
    fail "please install these with your package manager, then try again: $*"
  fi
  is_root || fail "please run this, then try again: sudo apt-get install $*"
  say "installing $*"
  [ -n "${APT_UPDATED:-}" ] || apt-get update -qq
  export APT_UPDATED=1
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi
}

# Prints one hash over the names and contents of files; folders are walked without what is built in them.
content_hash() {
  find "$@" \( -name node_modules -o -name dist -o -name coverage -o -name '.vite*' \) -prune \
    -o -type f -print | LC_ALL=C sort | while IFS= read -r file; do
    printf '%s\n' "$file"
    cat "$file"
  done | sha256 | cut -d' ' -f1
}

# up_to_date STAMP HASH: whether the step that writes this stamp was last done for this content.
up_to_date() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }
