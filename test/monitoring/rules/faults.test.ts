/** Every alert fires for its fault, says what happened, and ends with it: for 1m traders and, where it is about traders, 1d ones. */
import { expect, it } from '@jest/globals';
import { ALERTS } from '../../../monitoring/rules/alerts';
import { courseOf, type Fault, scenarioOf } from '../../fixtures/rules/fault';
import { MARKET_FAULTS, PROCESS_FAULTS, SIGNAL_PATH_FAULTS } from '../../fixtures/rules/machine-faults';
import { complaints } from '../../fixtures/rules/promtool';
import { TRADER_FAULTS } from '../../fixtures/rules/trader-faults';
import { describeWith } from '../../support/programs';

const FAULTS = [...TRADER_FAULTS, ...SIGNAL_PATH_FAULTS, ...MARKET_FAULTS, ...PROCESS_FAULTS];

it('no alert is without a fault that it is for', () => {
  const covered = new Set(FAULTS.map(({ alert }) => alert));
  expect(ALERTS.filter(({ name }) => !covered.has(name)).map(({ name }) => name)).toEqual([]);
});

describeWith('promtool')('An alert fires for its fault and ends with it', () => {
  const titled = FAULTS.map((fault): [string, string, Fault] => [
    fault.alert,
    courseOf(fault).interval,
    fault,
  ]);
  it.each(titled)('%s, %s traders', async (name, _, fault) => {
    const rule = ALERTS.find((alert) => alert.name === name)!;
    const { evaluationSeconds } = courseOf(fault);
    expect(await complaints([scenarioOf(fault, rule.expr)], evaluationSeconds)).toBe('');
  });
});
