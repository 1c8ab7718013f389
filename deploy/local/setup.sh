#!/usr/bin/env bash
# Makes a bare Debian 12 with Node ready for DRIMbox: system programs, npm packages, build. Repeatable; quick when all is there.
set -euo pipefail

readonly NODE_FLOOR='20.19.0'
# Debian package -> a program (or a file) it brings. The package is installed when that is missing.
readonly NEEDED=(
  nats-server:nats-server
  postgresql:postgres
  orthanc:Orthanc
  orthanc-dicomweb:/usr/share/orthanc/plugins/libOrthancDicomWeb.so
  dcmtk:dcmqrscp
  dicom3tools:dciodvfy
  libxml2-utils:xmllint
  xmlsec1:xmlsec1
  openssl:openssl
  curl:curl
  libgdcm-tools:gdcmconv
  chromium:chromium
)

say() { printf '[setup] %s\n' "$*"; }
fail() {
  printf '[setup] cannot go on: %s\n' "$*" >&2
  exit 1
}

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# ---------- Node ----------

check_node() {
  command -v node >/dev/null || fail "Node is not installed (>= $NODE_FLOOR is needed)"
  command -v npm >/dev/null || fail 'npm is not installed (it comes with Node)'
  local have
  have=$(node -p process.versions.node)
  [ "$(printf '%s\n' "$NODE_FLOOR" "$have" | sort -V | head -1)" = "$NODE_FLOOR" ] ||
    fail "Node $have is too old (>= $NODE_FLOOR is needed)"
}

# ---------- Debian packages ----------

has_program() {
  # Debian keeps the PostgreSQL server out of PATH; an ordinary user's PATH lacks /usr/sbin.
  if [ "$1" = postgres ]; then
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null
  elif [[ $1 == /* ]]; then
    [ -e "$1" ]
  else
    PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null
  fi
}

missing_packages() {
  local entry
  for entry in "${NEEDED[@]}"; do
    has_program "${entry#*:}" || printf '%s\n' "${entry%%:*}"
  done
}

# PostgreSQL is run as the account `postgres` by root; an ordinary user runs it as themselves.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Debian starts a daemon as soon as it is installed. DRIMbox runs its own on free ports, so for the time of the installation a policy
# (deb-policy-layer) refuses new starts. A policy somebody else put there stays as it is; nothing that runs is stopped.
readonly POLICY=/usr/sbin/policy-rc.d
readonly POLICY_MARK='# DRIMbox setup, removed at its end'
policy_is_ours=no

forbid_daemons() {
  if [ -e "$POLICY" ]; then
    # Ours from a setup that was killed is taken over.
    if grep -qsF "$POLICY_MARK" "$POLICY"; then policy_is_ours=yes; fi
    return 0
  fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$POLICY_MARK" | as_root tee "$POLICY" >/dev/null
  policy_is_ours=yes
  as_root chmod 755 "$POLICY"
}

allow_daemons() {
  if [ "$policy_is_ours" = yes ]; then as_root rm -f "$POLICY"; fi
  policy_is_ours=no
}
trap allow_daemons EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

install_packages() {
  local log=$1
  shift
  say "installing with apt: $*"
  forbid_daemons
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=120 "$@" >"$log" 2>&1
}

ensure_packages() {
  local missing log
  mapfile -t missing < <(missing_packages)
  if [ ${#missing[@]} = 0 ]; then
    say 'system programs: all there'
    return
  fi
  command -v apt-get >/dev/null || fail "no apt on this system; install these by hand: ${missing[*]}"
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; } ||
    fail "neither root nor sudo without a password; ask an administrator for: apt-get install ${missing[*]}"
  log=$(mktemp)
  if ! install_packages "$log" "${missing[@]}"; then
    # Usual on a bare machine: no package list, or an old one.
    say 'refreshing the package list'
    as_root apt-get update -o DPkg::Lock::Timeout=120 -o APT::Update::Error-Mode=any >"$log" 2>&1 ||
      fail "apt cannot reach its servers: $(grep -m1 '^E' "$log" || echo 'no reason given')"
    install_packages "$log" "${missing[@]}" ||
      fail "apt could not install ${missing[*]}: $(grep -m1 '^E' "$log" || echo 'no reason given')"
  fi
  rm -f "$log"
  allow_daemons
  mapfile -t missing < <(missing_packages)
  [ ${#missing[@]} = 0 ] || fail "still missing after the installation: ${missing[*]}"
}

# ---------- npm packages and build ----------

# The packages are those of this lock file, on this Node, as long as the stamp says so; npm ci deletes it with node_modules.
readonly STAMP=node_modules/.drimbox-setup

# npm says a code first, then the reason over several lines.
npm_reason() {
  sed -nE 's/^npm (error|ERR!) ?//p' "$1" | grep -v '^$' | head -3 | tr '\n' ' '
}

ensure_modules() {
  local wanted log
  wanted="$(sha256sum package-lock.json | cut -d' ' -f1) node-$(node -p process.versions.modules)"
  if [ "$(cat "$STAMP" 2>/dev/null || true)" = "$wanted" ]; then
    say 'npm packages: up to date'
    return
  fi
  say 'installing npm packages'
  log=$(mktemp)
  npm ci --no-fund --no-audit >"$log" 2>&1 ||
    fail "npm ci failed: $(npm_reason "$log")"
  rm -f "$log"
  printf '%s' "$wanted" >"$STAMP"
}

build() {
  local log
  log=$(mktemp)
  say 'building'
  npx --no-install tsc -b >"$log" 2>&1 || fail "the build failed: $(head -1 "$log")"
  npm run --silent build -w apps/viewer >"$log" 2>&1 || fail "the viewer could not be built: $(tail -1 "$log")"
  rm -f "$log"
}

check_node
if ! grep -qs '^ID=debian' /etc/os-release || ! grep -qs '^VERSION_ID="12"' /etc/os-release; then
  say 'this is not Debian 12: not tried here, going on'
fi
ensure_packages
ensure_modules
build
say 'ready: npm start, npm test'
