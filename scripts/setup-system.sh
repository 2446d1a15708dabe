#!/bin/sh
# Installs the programs of the system suite from Debian's packages: a real Prometheus with promtool, Alertmanager,
# VictoriaMetrics and vmalert as Fly runs them, a browser, a strict judge of OpenMetrics pages, and a clock that can
# jump. Needs root.
set -eu
export DEBIAN_FRONTEND=noninteractive
missing=
for program in prometheus promtool prometheus-alertmanager amtool victoria-metrics vmalert chromium faketime; do
  command -v "$program" >/dev/null || missing="$missing $program"
done
/usr/bin/python3 -c 'import prometheus_client' 2>/dev/null || missing="$missing prometheus_client"
if [ -z "$missing" ]; then
  echo "everything is here already"
  exit 0
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
  prometheus prometheus-alertmanager victoria-metrics chromium python3 python3-prometheus-client faketime
