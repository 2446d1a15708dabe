import type { Config } from '../config';
import type { Logger } from '../log';
import type { MarketView } from '../market/market-view';
import { AnalysisQueue } from '../signals/analysis-queue';
import { HttpAnalyser } from '../signals/http-analyser';
import { TechnicalAnalyser } from '../signals/technical-analyser';
import { StateWriter } from '../signals/writer';
import type { Storage } from './storage';
import type { Telemetry } from './telemetry';

export function assembleWriter(storage: Storage, telemetry: Telemetry, log: Logger): StateWriter {
  const writer = new StateWriter(storage, {}, { signal: telemetry.signals, sync: telemetry.sync }, log);
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
  const analyser = url ? new HttpAnalyser({ url, model, apiKey }, market) : new TechnicalAnalyser(market);
  const analysis = new AnalysisQueue(analyser, storage.analyses, {}, telemetry.signals, log);
  telemetry.signals.observePending(() => analysis.pending());
  return analysis;
}
