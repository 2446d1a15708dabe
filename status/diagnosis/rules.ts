import type { Rule } from './rule';
import { feedConnection } from './rules/feed-connection';
import { intervalSilent, klinesStale, tickersSilent } from './rules/feed-freshness';
import { clockSkew, framesMalformed, klineGaps, reconnectStorm } from './rules/feed-quality';
import { filters } from './rules/filters';
import { restFailing, universeShort } from './rules/market-access';
import { eventLoop, restarting, startingUp, telemetryFaults, telemetryState } from './rules/process';
import { noTraders, overruns, stalled, tradersRefused } from './rules/registry';
import { closesMissing, filterSlow, noMatchAnywhere, signalFlood } from './rules/signals';
import { analysis, conservation, databaseFailing, queueFilling, signalsDropped } from './rules/storage';
import { workersGone, workersRestarting, workersSaturated, workersStuck } from './rules/workers';

/** Every question that is asked; findings are ranked by their causes, not by this order. */
export const RULES: readonly Rule[] = [
  restarting,
  startingUp,
  restFailing,
  universeShort,
  feedConnection,
  intervalSilent,
  klinesStale,
  tickersSilent,
  closesMissing,
  clockSkew,
  framesMalformed,
  reconnectStorm,
  klineGaps,
  workersGone,
  workersStuck,
  workersSaturated,
  workersRestarting,
  noTraders,
  tradersRefused,
  stalled,
  overruns,
  filters,
  filterSlow,
  signalFlood,
  noMatchAnywhere,
  databaseFailing,
  signalsDropped,
  conservation,
  queueFilling,
  analysis,
  eventLoop,
  telemetryFaults,
  telemetryState,
];
