import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BatchWrite } from '../../src/signals/batch-write';

const sqlError = (code: string, message = code) => Object.assign(new Error(message), { code });

function writeTo(insert: (items: readonly number[]) => void) {
  const seen = { stored: [] as number[], poisoned: [] as number[], statements: 0 };
  const write = new BatchWrite<number>(
    { insert: async (items) => insert(items) },
    {
      statementDone: () => seen.statements++,
      stored: (items) => seen.stored.push(...items),
      poisoned: (item) => seen.poisoned.push(item),
    },
  );
  return { write, seen };
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('BatchWrite', () => {
  it('writes a good batch in one statement', async () => {
    const { write, seen } = writeTo(() => {});
    expect(await write.run(range(100))).toBeNull();
    expect(seen).toEqual({ stored: range(100), poisoned: [], statements: 1 });
  });

  it('finds any set of poison rows and stores all the others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 100 }),
        fc.uniqueArray(fc.nat({ max: 99 })),
        async (count, poison) => {
          const { write, seen } = writeTo((items) => {
            if (items.some((item) => poison.includes(item))) throw sqlError('23514');
          });
          expect(await write.run(range(count))).toBeNull();
          expect(seen.poisoned.sort((a, b) => a - b)).toEqual(
            range(count).filter((item) => poison.includes(item)),
          );
          expect(seen.stored.sort((a, b) => a - b)).toEqual(
            range(count).filter((item) => !poison.includes(item)),
          );
        },
      ),
    );
  });

  it('needs few statements for one poison row among a hundred', async () => {
    const { write, seen } = writeTo((items) => {
      if (items.includes(37)) throw sqlError('22003');
    });
    await write.run(range(100));
    expect(seen.statements).toBeLessThanOrEqual(15);
  });

  it('keeps every row of a batch that a missing table refuses, without asking for each', async () => {
    const { write, seen } = writeTo(() => {
      throw sqlError('42P01', 'relation "signals" does not exist');
    });
    const failure = await write.run(range(100));
    expect(failure).toMatchObject({ type: 'schema', items: range(100) });
    expect(seen.poisoned).toEqual([]);
    expect(seen.statements).toBeLessThan(30);
  });

  it('keeps a lone row that a missing table refuses', async () => {
    const { write, seen } = writeTo(() => {
      throw sqlError('42P01');
    });
    expect(await write.run([1])).toMatchObject({ type: 'schema', items: [1] });
    expect(seen.poisoned).toEqual([]);
  });

  it('drops a lone row that breaks a constraint', async () => {
    const { write, seen } = writeTo(() => {
      throw sqlError('23502');
    });
    expect(await write.run([1])).toBeNull();
    expect(seen.poisoned).toEqual([1]);
  });

  it('drops the row that alone meets a schema fault while others are stored', async () => {
    const { write, seen } = writeTo((items) => {
      if (items.includes(3)) throw sqlError('42804');
    });
    expect(await write.run(range(10))).toBeNull();
    expect(seen.poisoned).toEqual([3]);
    expect(seen.stored).toHaveLength(9);
  });

  it('stops looking for poison when the connection breaks, and says what is left', async () => {
    let statements = 0;
    const { write, seen } = writeTo(() => {
      statements++;
      throw sqlError(statements < 3 ? '23505' : 'ECONNRESET');
    });
    expect(await write.run(range(8))).toMatchObject({ type: 'network', items: range(8) });
    expect(seen.poisoned).toEqual([]);
  });
});
