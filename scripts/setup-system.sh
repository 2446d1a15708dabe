#!/bin/sh
# Installs the programs of the system suite from Debian's packages: promtool and a real Prometheus. Needs root.
set -eu
export DEBIAN_FRONTEND=noninteractive
if command -v prometheus >/dev/null && command -v promtool >/dev/null; then
  echo "prometheus and promtool are here already"
  exit 0
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends prometheus
