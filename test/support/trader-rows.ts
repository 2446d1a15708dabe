import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';

export interface FilterDefinition {
  readonly code: string;
  readonly refreshInterval?: string;
  readonly requiredTimeframes?: readonly string[];
  readonly minCandles?: number;
}

/** Inserts a trader as an operator would. @returns its id */
export async function insertTrader(client: Client, name: string, filter: FilterDefinition): Promise<string> {
  const id = randomUUID();
  const definition = JSON.stringify({ refreshInterval: '1m', ...filter });
  await client.query('insert into traders (id, name, filter) values ($1, $2, $3)', [id, name, definition]);
  return id;
}
