/** The strict OpenMetrics parser of Prometheus' Python client as a judge of pages. */
import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';

const PYTHON = '/usr/bin/python3';
const JUDGE = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
for page in json.load(sys.stdin):
    try:
        families = list(parse(page))
        samples = [sample for family in families for sample in family.samples]
        print(json.dumps({"samples": len(samples), "exemplars": sum(1 for s in samples if s.exemplar)}))
    except Exception as error:
        print(json.dumps({"refused": str(error)}))
`;

export interface Judgement {
  /** Why the page is no OpenMetrics. */
  readonly refused?: string;
  readonly samples?: number;
  readonly exemplars?: number;
}

/** Skipped where the parser is not installed, except in CI. */
export function describeWithJudge(): typeof describe | typeof describe.skip {
  const found = spawnSync(PYTHON, ['-c', 'import prometheus_client.openmetrics.parser']).status === 0;
  return found || process.env.CI === 'true' ? describe : describe.skip;
}

export function judge(pages: readonly string[]): Judgement[] {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', JUDGE], {
    input: JSON.stringify(pages),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`the judge ended with ${status}: ${stderr}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Judgement);
}
