import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';

/**
 * `describe` where the program is installed. Where it is not, the tests are skipped, except in CI: there they run
 * and fail, since the gate installs what it needs (`npm run setup:system`).
 */
export function describeWith(program: string): typeof describe | typeof describe.skip {
  const found = spawnSync('which', [program]).status === 0;
  return found || process.env.CI === 'true' ? describe : describe.skip;
}
