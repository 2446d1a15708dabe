#!/bin/sh
# Installs the programs of the system suite from Debian's packages: promtool and a real Prometheus, VictoriaMetrics as
# Fly runs it, and a clock that can jump. Needs root.
set -eu
export DEBIAN_FRONTEND=noninteractive
missing=
for program in prometheus promtool victoria-metrics faketime; do
  command -v "$program" >/dev/null || missing="$missing $program"
done
if [ -z "$missing" ]; then
  echo "everything is here already"
  exit 0
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends prometheus victoria-metrics faketime
