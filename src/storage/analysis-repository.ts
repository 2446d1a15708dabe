import type { StoredAnalysis } from '../signals/analysis';
import type { Database } from './database';

const INSERT = `
  insert into signal_analyses (signal_id, trader_id, decision, confidence, reasoning, key_levels,
                               technical_indicators, model_name, latency_ms)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  on conflict (signal_id) do nothing`;

export class AnalysisRepository {
  constructor(private readonly database: Database) {}

  /** The first analysis of a signal stays. The signal must be stored. */
  async insert(analysis: StoredAnalysis): Promise<void> {
    await this.database.query(INSERT, [
      analysis.signalId,
      analysis.traderId,
      analysis.decision,
      analysis.confidence,
      analysis.reasoning,
      JSON.stringify(analysis.keyLevels),
      JSON.stringify(analysis.technicalIndicators),
      analysis.modelName,
      analysis.latencyMs,
    ]);
  }
}
