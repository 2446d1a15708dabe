import { join } from 'node:path';
import type { Config } from '../config';
import type { Logger } from '../log';
import type { MarketView } from '../market/market-view';
import { AnalysisQueue } from '../signals/analysis-queue';
import { HttpAnalyser } from '../signals/http-analyser';
import { afterSignals } from '../signals/journal/journal-observer';
import { NoJournal } from '../signals/journal/no-journal';
import { SignalJournal } from '../signals/journal/signal-journal';
import { TechnicalAnalyser } from '../signals/technical-analyser';
import { StateWriter } from '../signals/writer';
import { CAPACITY, JOURNALLED_CAPACITY } from '../signals/writer-options';
import { HttpSpans } from '../telemetry/spans-http';
import { SignalSpans } from '../telemetry/spans-signals';
import type { Storage } from './storage';
import type { Telemetry } from './telemetry';

/** With a journal where `DATA_DIR` names a place for it. */
export function assembleWriter(
  { dataDir }: Config,
  storage: Storage,
  telemetry: Telemetry,
  log: Logger,
): StateWriter {
  const { signals: signal, sync } = telemetry;
  const spans = new SignalSpans(telemetry.spans);
  const journal = dataDir ? new SignalJournal(join(dataDir, 'journal'), log) : new NoJournal(log);
  const capacity = dataDir ? JOURNALLED_CAPACITY : CAPACITY;
  const { signals, events } = storage;
  const sinks = { signals, executions: afterSignals(journal, storage.executions), events };
  const writer = new StateWriter(sinks, { capacity }, { signal, sync, spans }, log, journal);
  telemetry.sync.observeQueues((queue) => writer.depth(queue));
  return writer;
}

/** A language model's judgement where `ANALYSIS_URL` is set, else the built-in one. */
export function assembleAnalysis(
  config: Config,
  market: MarketView,
  storage: Storage,
  telemetry: Telemetry,
  log: Logger,
) {
  const { analysisUrl: url, analysisModel: model, analysisApiKey: apiKey } = config;
  const analyser = url
    ? new HttpAnalyser({ url, model, apiKey }, market, new HttpSpans(telemetry.spans))
    : new TechnicalAnalyser(market);
  const spans = new SignalSpans(telemetry.spans);
  const analysis = new AnalysisQueue(analyser, storage.analyses, {}, telemetry.signals, log, spans);
  telemetry.signals.observePending(() => analysis.pending());
  return analysis;
}
