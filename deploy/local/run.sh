#!/usr/bin/env bash
# Entry of every npm command: sets the machine up (quick when nothing is missing), then runs one task.
set -euo pipefail
cd "$(dirname "$0")/../.."
task=${1:?task}
shift

if [ "${DRIMBOX_SKIP_SETUP:-}" != 1 ]; then
  # Progress goes to stderr: the last line on stdout belongs to the task.
  bash deploy/local/setup.sh >&2
fi

# Debian's dcmtk and Orthanc wait 40 ms per object with Nagle's algorithm on.
export TCP_NODELAY=1

run_jest() {
  local counts status=0
  counts=$(mktemp)
  DRIMBOX_TEST_COUNTS="$counts" NODE_OPTIONS='--experimental-vm-modules --no-warnings' npx --no-install jest "$@" 2>&1 || status=$?
  if [ -n "${DRIMBOX_TEST_TOTALS:-}" ]; then cat "$counts" >>"$DRIMBOX_TEST_TOTALS"; fi
  node deploy/local/counts.js "$counts"
  rm -f "$counts"
  return $status
}

case "$task" in
  start) exec node apps/sandbox/dist/start/main.js "$@" ;;
  operator | why) exec node "apps/operator-cli/dist/$task.main.js" "$@" ;;
  send) exec node apps/sandbox/dist/ris/send.main.js "$@" ;;
  test)
    if [ $# -eq 0 ]; then
      npx --no-install oxlint --quiet
      npx --no-install eslint .
      npx --no-install prettier --check --log-level warn .
    fi
    run_jest "$@"
    ;;
  test:long) DRIMBOX_TEST_LONG=1 run_jest --runInBand --forceExit "$@" ;;
  campaign) exec node apps/sandbox/dist/campaign/main.js "$@" ;;
  bench:*) exec node "apps/sandbox/dist/bench/${task#bench:}.js" "$@" ;;
  *)
    echo "unknown task: $task" >&2
    exit 2
    ;;
esac
