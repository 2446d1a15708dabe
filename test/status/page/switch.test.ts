import { describe, expect, it } from '@jest/globals';
import { assembleStatus } from '../../../src/assembly/status';
import { readConfig } from '../../../src/config';
import { createLogger } from '../../../src/log';

const assembled = (variables: Record<string, string>) =>
  assembleStatus(readConfig({ DATABASE_URL: 'postgres://db/trader', ...variables }), createLogger('silent'));

describe('STATUS_PAGE', () => {
  it('is on, and says nothing of the metrics before it was started', () => {
    expect(assembled({})?.diagnosis()).toBeUndefined();
    expect(assembled({ STATUS_PAGE: 'on' })).toBeDefined();
  });

  it('makes no page and no thread when it is off', () => {
    expect(assembled({ STATUS_PAGE: 'off' })).toBeUndefined();
  });

  it('is refused by name when it is neither', () => {
    expect(() => assembled({ STATUS_PAGE: 'maybe' })).toThrow(/^STATUS_PAGE: /);
  });
});
