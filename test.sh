#!/usr/bin/env bash
# Sets up what the tests need (Debian or Ubuntu) and runs the whole suite.
#   ./test.sh            everything
#   ./test.sh --quick    skip the package set-up
set -euo pipefail
cd "$(dirname "$0")"

packages=(busybox-static mmdebstrap skopeo uidmap xz-utils zstd gcc-multilib)
if [ "${1:-}" != --quick ] && command -v apt-get >/dev/null; then
    missing=()
    for p in "${packages[@]}"; do
        dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing+=("$p")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
        $sudo apt-get update -qq
        DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"
    fi
fi

cargo fmt --all --check
cargo clippy --workspace --all-targets --locked -- -D warnings
cargo test --workspace --locked --no-fail-fast
