/** Deterministic noise: every value is a function of its seed and place, so no history needs to be kept. */

/** @returns a well mixed unsigned 32-bit integer */
export function hash(a: number, b: number, c = 0): number {
  let mixed =
    Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^
    Math.imul(b | 0, 0xc2b2ae35) ^
    Math.imul(c + 0x165667b1, 0x27d4eb2f);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** Uniform in [0, 1). */
export function uniform(seed: number, place: number, use = 0): number {
  return hash(seed, place, use) / 4294967296;
}

export function seedOf(text: string, seed: number): number {
  let mixed = seed | 0;
  for (const character of text) mixed = hash(mixed, character.codePointAt(0)!);
  return mixed;
}

/** A stream of uniform numbers (mulberry32), for the many draws that belong to one place. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Poisson-distributed count; a normal approximation beyond a mean of 30. */
export function poisson(mean: number, random: () => number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const floor = Math.exp(-mean);
  let product = random();
  let count = 0;
  while (product > floor) {
    product *= random();
    count++;
  }
  return count;
}

/** Standard normal, from three uniforms: cheap, and its tails end at three. */
export function normal(random: () => number): number {
  return (random() + random() + random() - 1.5) * 2;
}
