import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { messageOf, persistErrorType } from '../../src/storage/persist-error';
import { PERSIST_ERROR_TYPES } from '../../src/telemetry/label-values';

const withCode = (code: unknown) => Object.assign(new Error('said'), { code });

describe('persistErrorType', () => {
  it.each([
    ['57014', 'timeout'],
    ['55P03', 'timeout'],
    ['23505', 'constraint'],
    ['23514', 'constraint'],
    ['22P02', 'constraint'],
    ['22P05', 'constraint'],
    ['42P01', 'schema'],
    ['42703', 'schema'],
    ['3D000', 'schema'],
    ['28P01', 'auth'],
    ['28000', 'auth'],
    ['42501', 'auth'],
    ['08006', 'network'],
    ['57P01', 'network'],
    ['57P02', 'network'],
    ['57P03', 'network'],
    ['53300', 'rate_limit'],
    ['53100', 'unknown'],
    ['XX000', 'unknown'],
    ['ECONNREFUSED', 'network'],
    ['ECONNRESET', 'network'],
    ['ETIMEDOUT', 'network'],
    ['ENOTFOUND', 'network'],
    ['EPIPE', 'network'],
    [429, 'rate_limit'],
  ])('takes code %s as %s', (code, type) => {
    expect(persistErrorType(withCode(code))).toBe(type);
  });

  it.each([
    ['Query read timeout', 'timeout'],
    ['timeout exceeded when trying to connect', 'network'],
    ['Connection terminated unexpectedly', 'network'],
    ['Connection terminated due to connection timeout', 'network'],
    ['Client has encountered a connection error and is not queryable', 'network'],
    ['Cannot use a pool after calling end on the pool', 'unknown'],
    ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'auth'],
  ])('takes the driver’s “%s” as %s', (message, type) => {
    expect(persistErrorType(new Error(message))).toBe(type);
  });

  it('looks into the errors of a host with several addresses', () => {
    const error = new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]);
    expect(persistErrorType(error)).toBe('network');
    expect(messageOf(error)).toBe('said');
  });

  it('gives a text for what has none', () => {
    expect(messageOf({ toString: '' })).toBe('something without a text was thrown');
  });

  it('gives one of the closed types for anything that can be thrown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string().map(withCode)), (thrown) => {
        expect(PERSIST_ERROR_TYPES).toContain(persistErrorType(thrown));
      }),
    );
  });
});
