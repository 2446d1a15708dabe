import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BoundedQueue } from '../../src/signals/bounded-queue';

describe('BoundedQueue', () => {
  it('gives items in the order they came', () => {
    const queue = new BoundedQueue<number>(10);
    for (const item of [1, 2, 3]) queue.push(item);
    expect(queue.take(2)).toEqual([1, 2]);
  });

  it('evicts the oldest waiting item when full, never one in flight', () => {
    const queue = new BoundedQueue<number>(3);
    for (const item of [1, 2, 3]) queue.push(item);
    queue.take(1);
    expect(queue.push(4)).toBe(2);
    expect(queue.has(1)).toBe(true);
    expect(queue.size).toBe(3);
  });

  it('refuses the new item when everything is in flight', () => {
    const queue = new BoundedQueue<number>(2);
    for (const item of [1, 2]) queue.push(item);
    queue.take(2);
    expect(queue.push(3)).toBe(3);
    expect(queue.size).toBe(2);
  });

  it('counts what is in flight until it is removed', () => {
    const queue = new BoundedQueue<number>(5);
    for (const item of [1, 2, 3]) queue.push(item);
    queue.take(2);
    expect(queue.size).toBe(3);
    expect(queue.remove(1)).toBe(true);
    expect(queue.remove(1)).toBe(false);
    expect(queue.size).toBe(2);
  });

  it('takes items again, in their old order, after they were put back', () => {
    const queue = new BoundedQueue<number>(5);
    for (const item of [1, 2, 3]) queue.push(item);
    queue.take(2);
    queue.remove(2);
    queue.putBack();
    expect(queue.take(5)).toEqual([1, 3]);
  });

  it('keeps or gives back every item, whatever is done to it', () => {
    const step = fc.oneof(
      fc.constant('push' as const),
      fc.constant('putBack' as const),
      fc.constant('remove' as const),
      fc.nat({ max: 5 }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const queue = new BoundedQueue<number>(capacity);
        let [pushed, gone, batch]: [number, number, readonly number[]] = [0, 0, []];
        for (const action of steps) {
          if (action === 'push') gone += queue.push(pushed++) === undefined ? 0 : 1;
          else if (action === 'remove') gone += batch[0] !== undefined && queue.remove(batch[0]) ? 1 : 0;
          else if (action === 'putBack') queue.putBack();
          else batch = queue.take(action);
          expect(queue.size).toBe(pushed - gone);
          expect(queue.size).toBeLessThanOrEqual(capacity);
        }
      }),
    );
  });
});
