#!/usr/bin/env bash
# Builds, tells, reports. It lies in the directory that `fivetran-logs init` wrote, or in a checkout.
set -u
cd "$(dirname "$(readlink -f "$0")")" || exit 1
if [ -d .venv ]; then PATH="$PWD/.venv/bin:$PATH"; fi   # cron and systemd know no environment of yours

failed=0
fivetran-logs build --quiet --no-progress || failed=1
# also after a build that failed in part: what was built is current
fivetran-logs alert || failed=1
fivetran-logs report --output fivetran_report.html --no-progress || failed=1
exit "$failed"
