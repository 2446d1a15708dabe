import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readableLine } from '../../simulator/log-view';

const line = (level: string, fields: object) =>
  JSON.stringify({
    level,
    time: '2026-11-21T01:36:43.000Z',
    machine: 'm1',
    msg: 'The feed is silent',
    ...fields,
  });

describe('readableLine', () => {
  it('shows the time and the sentence of an ordinary line', () => {
    expect(readableLine(line('info', { symbols: 100 }))).toBe('01:36:43 The feed is silent');
  });

  it('keeps level and fields of a line that reports trouble, and leaves trace ids to machines', () => {
    const shown = readableLine(line('warn', { connection: 2, reason: 'stale', trace_id: 'abc' }));
    expect(shown).toBe('01:36:43 The feed is silent  [warn connection=2 reason=stale]');
  });

  it('passes everything else on unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readableLine(text)).toBe(text);
      }),
    );
  });
});
