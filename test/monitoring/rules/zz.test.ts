import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { it } from '@jest/globals';
import { generatedFiles } from '../../../monitoring/rules/generate';

it('x', () => {
  for (const [p, t] of generatedFiles()) {
    const f = join(__dirname, '../../..', p);
    mkdirSync(dirname(f), { recursive: true });
    writeFileSync(f, t);
  }
});
