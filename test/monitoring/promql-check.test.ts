/** The seeds' queries are refused, each for its own reason; what replaces them passes. */
import { describe, expect, it } from '@jest/globals';
import { checkExpression, labelsOf, violationLine } from '../../monitoring/promql/check-expression';
import { problems } from '../../monitoring/promql/syntax';
import type { RuleName } from '../../monitoring/promql/violation';
import { selectors } from '../../monitoring/promql/walk';

const ERRORS = 'trader_execution_errors_total';
const P95 = 'histogram_quantile(0.95, rate(trader_execution_duration_seconds_bucket[5m]))';

/** Flaw, query, the rule that refuses it, words of the sentence. */
const FAULTY: readonly (readonly [string, string, RuleName, RegExp])[] = [
  ['D1 error ratio', `rate(${ERRORS}[5m]) / rate(trader_executions_total[5m])`, 'grouping', /error_type/],
  [
    'D2 subtraction from what may be absent',
    'sum(rate(signals_generated_total[5m])) - sum(rate(signals_persisted_total[5m]))',
    'absent',
    /signals_generated_total is absent/,
  ],
  [
    'D3 a share over five minutes',
    `sum by (trader_id) (rate(${ERRORS}[5m])) / (sum by (trader_id) (rate(trader_executions_total[5m])) > 0)`,
    'window',
    /trader_executions_total over 5m/,
  ],
  [
    'D4 generated minus persisted',
    'rate(signals_generated_total[5m]) - rate(signals_persisted_total[5m])',
    'grouping',
    /symbol/,
  ],
  ['D5 a quantile of raw buckets', `${P95} > 5`, 'quantile', /raw buckets/],
  ['D5 a quantile per machine', P95, 'machine', /two machines/],
  [
    'D6 ten per cent that are 0.1 per second',
    `sum by (app) (rate(${ERRORS}[5m])) > 0.1`,
    'per-second',
    /0.1 per second/,
  ],
  [
    'D7 load failures by rate',
    'sum by (app) (rate(traders_loaded_from_db_total{status="failed"}[5m]))',
    'boot-counter',
    /before the first scrape/,
  ],
  [
    'D8 five failures per second',
    'sum(rate(signal_persist_errors_total[5m])) > 5',
    'per-second',
    /signal_persist_errors_total/,
  ],
  [
    'D9 the other status',
    'max by (app) (binance_ws_connected{status="disconnected"})',
    'value',
    /status="disconnected"/,
  ],
  ['D10 pool usage', 'sum(pool_usage) / sum(pool_size) * 100', 'divisor', /pool_size/],
  [
    'D11 milliseconds from seconds',
    'time() - max by (app, symbol) (kline_last_update_timestamp)',
    'unit',
    /divide by 1000/,
  ],
  ['D12 a rate per machine', 'rate(trader_screenings_total[5m])', 'machine', /trader_screenings_total/],
  [
    'D15 grouping by a name',
    'sum by (trader_name) (increase(trader_signals_total[1h]))',
    'name',
    /without trader_id/,
  ],
  [
    'D18 a threshold at the top bucket',
    'histogram_quantile(0.95, sum by (le) (rate(trader_execution_duration_seconds_bucket[5m]))) > 60',
    'reachable',
    /never above 60/,
  ],
  [
    'D19 no signals, when there is no trader',
    'sum(increase(trader_signals_total[1h])) == 0',
    'absent',
    /trader_signals_total/,
  ],
  [
    'D20 a total since the start',
    'sum by (trader_id) (trader_executions_total)',
    'raw-counter',
    /total since the start/,
  ],
  [
    'D24 a label that no metric has',
    'sum by (user_id) (increase(trader_executions_total[1h]))',
    'label',
    /groups by user_id/,
  ],
  [
    'D24 a matcher of such a label',
    'sum(increase(trader_executions_total{user_id="u"}[1h]))',
    'label',
    /no label user_id/,
  ],
  ['D26 a job', 'max by (app) (up{job="fly-machines"})', 'reserved', /job/],
  ['D30 a level added up over machines', 'sum by (app) (registry_size)', 'double', /registry_size doubles/],
  [
    'D33 an error type out of thin air',
    'sum(increase(signal_persist_errors_total{error_type="statement_timeout"}[10m]))',
    'value',
    /statement_timeout/,
  ],
  [
    'D38 the scope of an instrument',
    'sum by (otel_scope_name) (increase(trader_executions_total[1h]))',
    'label',
    /otel_scope_name/,
  ],
  [
    'D42 one user’s trader',
    `sum(increase(${ERRORS}{trader_id="eafa855b-7601-4485-8993-c8f31a091f75"}[1h]))`,
    'fixed',
    /use a variable/,
  ],
];

const FAULTY_OTHERWISE: readonly (readonly [string, string, RuleName, RegExp])[] = [
  ['half a call', 'rate(registry_size[5m]', 'syntax', /not PromQL/],
  ['a rate of an instant vector', 'rate(trader_executions_total)', 'syntax', /expected type/],
  ['MetricsQL', 'sum(rate(trader_executions_total[5m])) default 0', 'syntax', /./],
  ['nothing', '  ', 'syntax', /empty/],
  ['a metric that nobody exports', 'sum(trader_happiness)', 'metric', /trader_happiness/],
  [
    'a histogram by its bare name',
    'max by (app) (signal_latency_seconds)',
    'metric',
    /_bucket, _sum or _count/,
  ],
  ['a rate of a gauge', 'sum by (app) (rate(pool_usage[5m]))', 'kind', /is a gauge/],
  ['a slope of a counter', 'max by (app) (deriv(trader_executions_total[5m]))', 'kind', /is a counter/],
  [
    'an own label in Fly’s place',
    'label_replace(sum by (app) (pool_size), "region", "$1", "app", "(.*)")',
    'reserved',
    /region/,
  ],
  ['a renamed label of ours', 'max(registry_size{exported_app="a"})', 'reserved', /exported_app/],
  [
    'symbols counted on two machines',
    'count by (app) (kline_data_age_seconds > 180)',
    'double',
    /kline_data_age_seconds/,
  ],
  [
    'a join on a label that one side lacks',
    'max by (app) (registry_size) * on (app, trader_id) max by (app, trader_id) (trader_new_matches)',
    'grouping',
    /trader_id, which its left side/,
  ],
  [
    'a label taken over from a side without it',
    'max by (app) (registry_size) * on (app) group_left (git_sha) max by (app, version) (build_info)',
    'label',
    /group_left takes git_sha/,
  ],
  [
    'a join with a side that is many',
    'sum by (app) (pool_size) * on (app) registry_size',
    'grouping',
    /finds many series per app/,
  ],
  [
    'a quantile of a total',
    'histogram_quantile(0.5, sum by (app, le) (rate(trader_executions_total[5m])))',
    'quantile',
    /trader_executions_total is none/,
  ],
  ['a selector without a name', 'count({app="a"})', 'metric', /names no metric/],
  ['a sum by job', 'sum by (job) (pool_size)', 'reserved', /groups by job/],
  ['one word of an alternation', 'max by (app) (market_symbols{state=~"wanted|wished"})', 'value', /wished/],
];

describe('a faulty query is refused', () => {
  it.each([...FAULTY, ...FAULTY_OTHERWISE])('%s: %s', (_, expression, rule, words) => {
    const found = checkExpression(expression);
    expect(found.map((violation) => violation.rule)).toContain(rule);
    expect(
      found
        .filter((one) => one.rule === rule)
        .map(({ sentence }) => sentence)
        .join('\n'),
    ).toMatch(words);
  });

  it('in one line that names expression, metric and label', () => {
    const expression = 'sum(increase(\n  trader_executions_total{user_id="u"}[1h]\n))';
    expect(checkExpression(expression).map((one) => violationLine(one, expression))).toEqual([
      'trader_executions_total has no label user_id; it has trader_id, app, region, host, instance, in: sum(increase( trader_executions_total{user_id="u"}[1h] ))',
    ]);
  });
});

describe('a sound query passes', () => {
  const executions = 'sum by (app, trader_id) (increase(trader_executions_total{app=~"$app"}[30m]))';
  it.each([
    `(sum by (app, trader_id) (increase(${ERRORS}[30m])) or 0 * ${executions}) / (${executions} >= 5) > 0.2`,
    'histogram_quantile(0.95, sum by (app, trader_id, le) (rate(trader_execution_duration_seconds_bucket[10m]))) > 5',
    'sum by (app) (increase(traders_loaded_from_db_total{status="failed"}[15m])) > 0 or sum by (app) (traders_loaded_from_db_total{status="failed"} unless traders_loaded_from_db_total{status="failed"} offset 15m) > 0',
    'time() - max by (app, symbol, interval) (kline_last_update_timestamp) / 1000',
    'count by (app, interval) (min by (app, symbol, interval) (kline_data_age_seconds) > 180) / count by (app, interval) (min by (app, symbol, interval) (kline_data_age_seconds))',
    'sum by (app) (rate(binance_ws_messages_total[2m])) == 0 and on (app) max by (app) (binance_ws_connected) == 1',
    'max by (app) (max_over_time(fly_instance_up[1h])) unless on (app) max by (app) (fly_instance_up)',
    'sum by (app, region, instance) (rate(nodejs_eventloop_time_total{nodejs_eventloop_state="active"}[$__rate_interval]))',
    'sum by (app, trader_id) (increase(trader_symbols_skipped_total{reason=~"no_data|stale_.*"}[$__range]))',
    'count by (app, git_sha) (build_info)',
  ])('%s', (expression) => {
    expect(checkExpression(expression)).toEqual([]);
  });

  it('an exception is granted for the rule that is named, and for no other', () => {
    const raw = 'sum by (app, instance) (signals_persisted_total)';
    expect(checkExpression(raw).map(({ rule }) => rule)).toEqual(['raw-counter']);
    expect(checkExpression(raw, { except: ['raw-counter'] })).toEqual([]);
    expect(checkExpression(raw, { except: ['double'] })).toHaveLength(1);
  });

  it('a recording rule’s name carries the labels of its expression', () => {
    const recorded = new Map([['trader:executions:increase30m', labelsOf(executions)]]);
    expect(recorded.get('trader:executions:increase30m')).toEqual(['app', 'trader_id']);
    expect(checkExpression('max by (app) (trader:executions:increase30m)', { recorded })).toEqual([]);
    expect(checkExpression('trader:executions:increase30m{symbol="X"}', { recorded })).toHaveLength(1);
    expect(checkExpression('trader:executions:increase30m')).toHaveLength(1);
  });
});

describe('reading a query', () => {
  it('finds metrics, matchers, windows and offsets', () => {
    expect(selectors('sum(increase(a_total{app=~"$app", b!="x\\"y"}[$__range] offset 1h)) + time()')).toEqual(
      [
        {
          kind: 'selector',
          metric: 'a_total',
          matchers: [
            { label: 'app', operator: '=~', value: '$app' },
            { label: 'b', operator: '!=', value: 'x"y' },
          ],
          window: '1h',
          offset: '1h',
        },
      ],
    );
  });

  it('takes Grafana’s own variables, and refuses others outside quotes', () => {
    expect(problems('rate(a_total{b="$c"}[$__rate_interval])')).toEqual([]);
    expect(problems('rate(a_total[$window])')).not.toEqual([]);
  });
});
