#!/bin/sh
# Secrets come from the environment; an unset one is named and nothing starts.
set -eu

: "${FLY_ORG:?the slug of the Fly organisation is not set}"
: "${FLY_METRICS_TOKEN:?fly secrets set FLY_METRICS_TOKEN=\"\$(fly tokens create readonly \$FLY_ORG)\"}"
: "${ALERTMANAGER_URL:?the address of the Alertmanager is not set}"

# `fly tokens create` prints the token with its scheme.
token="${FLY_METRICS_TOKEN#FlyV1 }"

# From the environment, not as an argument: arguments stand in the list of processes.
export datasource_headers="Authorization: FlyV1 ${token}"

# Only alerts: recording rules would need somewhere to write. The newest samples on Fly are up to half a minute old, and
# an evaluation in the past sees them all.
exec "${VMALERT:-/vmalert-prod}" \
  -envflag.enable \
  -rule=/etc/rules/alerts.yml \
  -datasource.url="https://api.fly.io/prometheus/${FLY_ORG}" \
  -notifier.url="${ALERTMANAGER_URL}" \
  -evaluationInterval=30s \
  -datasource.queryStep=30s \
  -rule.evalDelay=30s \
  -disableAlertgroupLabel \
  -external.url="${GRAFANA_URL:-https://fly-metrics.net}" \
  -httpListenAddr=:8880
