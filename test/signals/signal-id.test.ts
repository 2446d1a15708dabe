import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { INTERVALS } from '../../src/market/interval';
import { signalId } from '../../src/signals/signal-id';

const detection = fc.tuple(
  fc.string(),
  fc.string(),
  fc.constantFrom(...INTERVALS),
  fc.integer({ min: 0, max: 4e12 }),
);

describe('signalId', () => {
  it('is a version 5 UUID', () => {
    fc.assert(
      fc.property(detection, (args) => {
        expect(signalId(...args)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      }),
    );
  });

  it('is the same for the same detection and another for any other', () => {
    fc.assert(
      fc.property(detection, detection, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(signalId(...one) === signalId(...other)).toBe(same);
        expect(signalId(...one)).toBe(signalId(...one));
      }),
    );
  });

  it('never changes between versions, or a restart would store a signal twice', () => {
    expect(signalId('11111111-1111-4111-8111-111111111111', 'BTCUSDT', '1m', 1_767_268_800_000)).toBe(
      'bed2acc1-4b0b-5c7b-858c-bca075b8cc79',
    );
  });
});
