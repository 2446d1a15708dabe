import { describe, expect, it } from '@jest/globals';
import { safeError, withoutCredentials } from '../src/redaction';

describe('text that leaves the process', () => {
  it.each([
    ['postgres://u:hidden@db/trader is not there', 'postgres://db/trader is not there'],
    ['GET https://x.io/a?signature=hidden failed', 'GET https://x.io/a failed'],
    ['password=hidden, host=db', 'password=[redacted], host=db'],
    ['{"apiKey":"hidden","n":1}', '{"apiKey":"[redacted]","n":1}'],
    ['{"msg":"{\\"token\\":\\"hidden\\"}"}', '{"msg":"{\\"token\\":\\"[redacted]\\"}"}'],
    ['authorization: Bearer hidden-as-well', 'authorization: [redacted]'],
    ['sent Bearer hidden-as-well', 'sent Bearer [redacted]'],
  ])('%s', (text, expected) => {
    expect(withoutCredentials(text)).toBe(expected);
  });

  it('is left as it is where it holds no credential', () => {
    const line =
      '{"level":"info","msg":"[Worker] Trader \\"RSI Oversold\\": 3 symbols matching (0 new signals, 3 continuing)"}';
    expect(withoutCredentials(line)).toBe(line);
  });

  it('has of an error its type, message, code and stack, and nothing that a driver adds', () => {
    const error = Object.assign(new TypeError('no'), { code: '23505', detail: 'Key (id)=(hidden)' });
    expect(Object.keys(safeError(error) as object)).toEqual(['type', 'message', 'code', 'stack']);
  });
});
