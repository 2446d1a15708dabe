import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readConfig, VARIABLES } from '../src/config';

const database = { DATABASE_URL: 'postgres://trader:secret@db.internal:5432/trader' };

describe('readConfig', () => {
  it('needs the database alone; everything else has a default', () => {
    const config = readConfig(database);
    expect(config).toMatchObject({
      symbolCount: 100,
      candleWindow: 500,
      httpPort: 8080,
      filterTimeoutMs: 5000,
      logLevel: 'info',
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('names a variable that is missing', () => {
    expect(() => readConfig({})).toThrow('DATABASE_URL: is not set');
  });

  it('names every wrong variable at once, and shows no value', () => {
    const wrong = {
      DATABASE_URL: 'mysql://user:hunter2@host/db',
      SYMBOL_COUNT: 'many',
      HTTP_PORT: '70000',
      LOG_LEVEL: 'loud',
    };
    const message = (() => {
      try {
        readConfig(wrong);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    })();
    for (const name of Object.keys(wrong)) expect(message).toContain(`${name}: `);
    expect(message).not.toContain('hunter2');
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ ...database, SYMBOL_COUNT: '', ANALYSIS_URL: '' })).toMatchObject({
      symbolCount: 100,
      analysisUrl: undefined,
    });
  });

  it('either gives a whole configuration or one error that names a variable, whatever the environment holds', () => {
    const environment = fc.dictionary(
      fc.constantFrom(...VARIABLES),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    fc.assert(
      fc.property(environment, (variables) => {
        try {
          expect(readConfig({ ...database, ...variables }).symbolCount).toBeGreaterThan(0);
        } catch (error) {
          expect((error as Error).message).toMatch(/^([A-Z_]+: .+(\n|$))+/);
        }
      }),
    );
  });
});
