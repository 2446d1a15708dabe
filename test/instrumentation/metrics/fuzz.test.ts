import { describe, expect, it } from '@jest/globals';
import { attack, fuzzer } from '../../fixtures/fuzzer';
import { testPipeline } from '../../support/metrics-pipeline';

const SEED = Number(process.env.FUZZ_SEED ?? 20261121);
const PAGES = 400;
const RECORDS_PER_PAGE = 40;

describe('hostile input', () => {
  it(`R1, R2: ${PAGES * RECORDS_PER_PAGE} fuzzed records throw nothing and give ${PAGES} of ${PAGES} valid pages`, async () => {
    const counts = { thrown: 0, invalid: 0, samples: 0 };
    for (let page = 0; page < PAGES; page++) {
      const fuzz = fuzzer(SEED + page);
      const { meter, parsed } = testPipeline();
      for (let i = 0; i < RECORDS_PER_PAGE; i++) {
        try {
          attack(meter, fuzz);
        } catch {
          counts.thrown++;
        }
      }
      try {
        counts.samples += (await parsed()).reduce((sum, family) => sum + family.samples.length, 0);
      } catch (error) {
        counts.invalid++;
        console.error(`seed ${SEED + page}: ${(error as Error).message}`);
      }
    }
    console.log(`fuzz seed ${SEED}: ${JSON.stringify(counts)}`);
    expect(counts).toEqual({ thrown: 0, invalid: 0, samples: expect.any(Number) });
    expect(counts.samples).toBeGreaterThan(PAGES * 25);
  });
});
