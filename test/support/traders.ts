import type { TraderRow } from '../../src/storage/trader-row';
import { revisionOf } from '../../src/traders/revision';
import type { Trader, TraderFilter } from '../../src/traders/trader';

export function traderRow(id: string, filter: unknown = {}, name = `Trader ${id}`): TraderRow {
  const definition =
    filter !== null && typeof filter === 'object' && !Array.isArray(filter)
      ? { code: 'return true;', refreshInterval: '1m', ...filter }
      : filter;
  return { id, name, enabled: true, isBuiltIn: false, filter: definition };
}

export function trader(id: string, filter: Partial<TraderFilter> = {}, name = `Trader ${id}`): Trader {
  const refreshInterval = filter.refreshInterval ?? '1m';
  const definition = {
    id,
    isBuiltIn: false,
    filter: {
      code: 'return true;',
      requiredTimeframes: [refreshInterval],
      minCandles: 1,
      includeOpenCandle: false,
      ...filter,
      refreshInterval,
    },
  };
  return { ...definition, name, revision: revisionOf(definition) };
}
