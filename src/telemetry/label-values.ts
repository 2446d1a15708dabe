/** Closed label values: shared by metrics, spans and the code that classifies. */

export const EXECUTION_ERROR_TYPES = [
  'compile',
  'runtime',
  'timeout',
  'worker_crash',
  'bad_return',
  'missing_data',
  'unknown',
] as const;
export type ExecutionErrorType = (typeof EXECUTION_ERROR_TYPES)[number];

export const PERSIST_ERROR_TYPES = [
  'timeout',
  'constraint',
  'schema',
  'auth',
  'network',
  'rate_limit',
  'queue_overflow',
  'unknown',
] as const;
export type PersistErrorType = (typeof PERSIST_ERROR_TYPES)[number];

export const TRADER_ERROR_TYPES = [
  'compile',
  'runtime',
  'timeout',
  'worker_crash',
  'bad_return',
  'missing_data',
  'load',
  'persist',
  'analysis',
  'unknown',
] as const;
export type TraderErrorType = (typeof TRADER_ERROR_TYPES)[number];

export const LOAD_STATUSES = ['success', 'failed'] as const;
export type LoadStatus = (typeof LOAD_STATUSES)[number];

export const QUEUE_TYPES = ['signals', 'metrics', 'events'] as const;
export type QueueType = (typeof QUEUE_TYPES)[number];

export const FRAME_TYPES = ['kline', 'ticker', 'control', 'server_shutdown', 'unknown'] as const;
export type FrameType = (typeof FRAME_TYPES)[number];

export const SKIP_REASONS = ['no_data', 'insufficient_history', 'stale_data', 'error', 'bad_return'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

export const DROP_REASONS = ['queue_overflow', 'constraint', 'shutdown'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

export const SIGNAL_STAGES = ['detected', 'persisted', 'analyzed'] as const;
export type SignalStage = (typeof SIGNAL_STAGES)[number];

export const RESTART_REASONS = ['timeout', 'crash', 'memory'] as const;
export type RestartReason = (typeof RESTART_REASONS)[number];

export const SYMBOL_STATES = ['wanted', 'subscribed', 'delivering'] as const;
export type SymbolState = (typeof SYMBOL_STATES)[number];

export const CONNECTION_STATES = ['connecting', 'open', 'backoff'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** Why an analysis failed. */
export const ANALYSIS_FAILURES = [
  'timeout',
  'network',
  'http',
  'bad_answer',
  'no_candles',
  'persist',
  'queue_full',
  'shutdown',
  'unknown',
] as const;
export type AnalysisFailure = (typeof ANALYSIS_FAILURES)[number];

/** Why a connection to the exchange was not had, or ended. */
export const CONNECT_FAILURES = ['refused', 'closed', 'silent', 'subscribe', 'stopped'] as const;
export type ConnectFailure = (typeof CONNECT_FAILURES)[number];
