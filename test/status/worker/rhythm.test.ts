import { afterEach, describe, expect, it } from '@jest/globals';
import { Rhythm } from '../../../status/worker/rhythm';

let rhythm: Rhythm | undefined;
afterEach(() => rhythm?.stop());

/** Resolves when the look has begun so often. */
function counting(times: number, look: () => Promise<void> = async () => {}) {
  let [looks, enough] = [0, () => {}];
  const begun = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const counted = async () => {
    looks++;
    if (looks === times) enough();
    await look();
  };
  return { counted, begun, looks: () => looks };
}

describe('Rhythm', () => {
  it('looks at once and then again and again', async () => {
    const { counted, begun } = counting(3);
    rhythm = new Rhythm(counted, false, { watchedMs: 1, unwatchedMs: 5 });
    rhythm.start();
    await begun;
  });

  it('never looks twice at once, however long a look takes', async () => {
    let [running, most] = [0, 0];
    const { counted, begun } = counting(4, async () => {
      running++;
      most = Math.max(most, running);
      rhythm?.watch(running % 2 === 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
    });
    rhythm = new Rhythm(counted, true, { watchedMs: 1, unwatchedMs: 1 });
    rhythm.start();
    await begun;
    expect(most).toBe(1);
  });

  it('does not let somebody who comes to watch wait for what was planned while nobody did', async () => {
    const first = counting(1);
    const second = counting(2);
    rhythm = new Rhythm(() => Promise.all([first.counted(), second.counted()]).then(() => {}), false, {
      watchedMs: 1,
      unwatchedMs: 3_600_000,
    });
    rhythm.start();
    await first.begun;
    rhythm.watch(true);
    await second.begun;
  });
});
