import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diagnose } from '../../../status/diagnosis/diagnose';
import type { Diagnosis } from '../../../status/diagnosis/finding';
import { parsePage } from '../../../status/samples/parse';
import { readPage } from '../../../status/samples/read';
import { StatusObserver } from './status-observer';
import { history, type MachineNumbers, pageText, reading, START_MS } from './synthetic-page';

/** Causes of what is wrong, worst first. */
const wrongs = (diagnosis: Diagnosis) => StatusObserver.wrongs(diagnosis).map(({ cause }) => cause);
const causesOf = (...machines: MachineNumbers[]) => wrongs(diagnose(history(...machines)));
const HOUR = 3600;

describe('a healthy machine', () => {
  it('is called healthy, from one page as from two', () => {
    expect(diagnose({ now: reading({ at: HOUR }) })).toMatchObject({
      healthy: true,
      headline: 'Healthy: 1 trader on 10 symbols, up 1 h.',
      windowSeconds: 0,
    });
    expect(diagnose(history({ at: HOUR }, { at: HOUR + 5 }))).toMatchObject({
      healthy: true,
      windowSeconds: 5,
    });
  });

  it('that starts is called starting, whatever is still missing', () => {
    const nothing = {
      'binance_ws_connected{status="connected"}': 0,
      'binance_ws_connections{state="open"}': 0,
      'market_symbols{state="subscribed"}': 0,
      'market_symbols{state="delivering"}': 0,
      screener_workers_idle: 0,
      registry_size: 0,
      'binance_ws_messages_total{type="kline"}': 0,
    };
    const diagnosis = diagnose({ now: reading({ at: 12, ages: {}, traders: {}, more: nothing }) });
    expect(diagnosis).toMatchObject({ healthy: true, findings: [{ cause: 'starting', severity: 'notice' }] });
    expect(diagnosis.headline).toMatch(/^The machine started 12 s ago/);
    const later = diagnose({ now: reading({ at: 90, ages: {}, traders: {}, more: nothing }) });
    expect(wrongs(later)).toEqual(['exchange_disconnected', 'no_traders']);
  });

  it('may have reconnected: what healed is not told', () => {
    const before = {
      at: HOUR,
      more: { 'binance_ws_connected{status="connected"}': 0, 'binance_ws_connections{state="open"}': 0 },
    };
    const gap = {
      'kline_missing_data_total{symbol="S0USDT",interval="1m"}': 2,
      binance_ws_reconnects_total: 1,
    };
    expect(causesOf(before, { at: HOUR + 5, more: gap }, { at: HOUR + 10, more: gap })).toEqual([]);
  });

  it('may have restarted: its counters begin anew', () => {
    const stored = { t1: { signals: 40, persisted: 40 } };
    const restarted = {
      at: 20,
      startMs: START_MS + (HOUR + 10) * 1000,
      traders: { t1: { executions: 1, signals: 1 } },
    };
    const diagnosis = diagnose(
      history({ at: HOUR, traders: stored }, { at: HOUR + 5, traders: stored }, restarted),
    );
    expect(diagnosis).toMatchObject({ healthy: true, windowSeconds: 0 });
    expect(diagnosis.traders[0]?.counts).toMatchObject({ watching: 10, evaluated: 10, persisted: 1 });
  });

  it('may have traders that run once a day, also where others came and went', () => {
    const daily = { t1: { name: 'Daily', executions: 2, lastExecution: 30 } };
    const intervals = { 'screening_overruns_total{interval="1d"}': 0 };
    expect(causesOf({ at: 20 * HOUR, traders: daily, more: intervals })).toEqual([]);
    expect(
      causesOf(
        { at: 20 * HOUR, traders: daily, more: intervals },
        { at: 20 * HOUR + 60, traders: daily, more: intervals },
      ),
    ).toEqual([]);
  });

  it('may have a trader that was changed to a longer interval', () => {
    const trader = { executions: 600, lastExecution: 10 * HOUR };
    const more = { 'screening_overruns_total{interval="1h"}': 0 };
    const changed = { ...more, 'traders_loaded_from_db_total{status="success"}': 3 };
    const traders = { t1: trader, t2: {} };
    expect(
      causesOf(
        { at: 10 * HOUR, traders, more },
        { at: 10 * HOUR + 10, traders, more: changed },
        { at: 10 * HOUR + 240, traders, more: changed },
      ),
    ).toEqual([]);
  });
});

describe('of several faults', () => {
  const silent = {
    at: HOUR + 60,
    ages: { '1m': 90, '5m': 90 },
    more: { 'binance_ws_messages_total{type="kline"}': 20 * HOUR },
  };

  it('the cause is named, its consequences are not', () => {
    const stale = { t1: { executions: 62, evaluated: 610, skipped: { stale_data: 10 } } };
    const before = { at: HOUR, traders: { t1: { executions: 61, evaluated: 610 } }, more: silent.more };
    const diagnosis = diagnose(history(before, { ...silent, traders: stale }));
    expect(wrongs(diagnosis)).toEqual(['feed_silent']);
    expect(diagnosis.headline).toBe(
      'All traders: no kline for 90 s on the connection although it is open: the exchange has stopped sending.',
    );
    expect(diagnosis.traders[0]).toMatchObject({ closedAt: 'with data', severity: 'warning' });
    expect(diagnosis.traders[0]?.sentence).toMatch(
      /^the newest candle had not closed in time for 10 of 10 symbols/,
    );
  });

  it('symbols that are skipped in the first seconds of a silence are not yet blamed on anything', () => {
    const stale = { t1: { executions: 62, evaluated: 610, skipped: { stale_data: 10 } } };
    const before = { at: HOUR - 1, traders: { t1: { executions: 61, evaluated: 610 } } };
    const frames = { 'binance_ws_messages_total{type="kline"}': 20 * HOUR };
    const silentFor = (seconds: number) =>
      causesOf(
        before,
        { at: HOUR, traders: { t1: { executions: 61, evaluated: 610 } }, more: frames },
        {
          at: HOUR + seconds,
          ages: { '1m': seconds, '5m': seconds },
          traders: stale,
          more: seconds > 2 ? frames : {},
        },
      );
    expect(silentFor(2)).toEqual(['closes_missing']);
    expect(silentFor(8)).toEqual([]);
    expect(silentFor(25)).toEqual(['feed_silent']);
  });

  it('what stops everything comes before what stops a part', () => {
    const broken = { t1: { executions: 62, evaluated: 0, skipped: { bad_return: 620 } } };
    expect(causesOf({ at: HOUR, more: silent.more }, { ...silent, traders: broken })).toEqual([
      'feed_silent',
      'filter_bad_return',
    ]);
  });

  it('nobody is told that nothing is wrong while something is', () => {
    const quiet = { t1: { new: 0, continuing: 3 } };
    const diagnosis = diagnose(
      history({ at: HOUR, traders: quiet, more: silent.more }, { ...silent, traders: quiet }),
    );
    expect(JSON.stringify(diagnosis)).not.toMatch(/Nothing is wrong/);
  });
});

describe('a trader', () => {
  const filter = (numbers: object) =>
    diagnose({ now: reading({ at: HOUR, traders: { t1: { name: 'RSI', ...numbers } } }) });

  it('without new matches has its funnel told to the end', () => {
    const diagnosis = diagnose(
      history(
        {
          at: HOUR,
          traders: {
            t1: {
              name: 'RSI Oversold',
              executions: 61,
              evaluated: 598,
              skipped: { no_data: 12 },
              signals: 3,
              new: 1,
              continuing: 2,
            },
          },
        },
        {
          at: HOUR + 60,
          traders: {
            t1: {
              name: 'RSI Oversold',
              executions: 62,
              evaluated: 607,
              skipped: { no_data: 13 },
              signals: 4,
              new: 1,
              continuing: 2,
            },
          },
        },
        {
          at: HOUR + 300,
          traders: {
            t1: {
              name: 'RSI Oversold',
              executions: 63,
              evaluated: 616,
              skipped: { no_data: 14 },
              signals: 4,
              new: 0,
              continuing: 3,
            },
          },
        },
      ),
    );
    expect(diagnosis.healthy).toBe(true);
    expect(diagnosis.findings[0]).toMatchObject({
      cause: 'all_continuing',
      sentence:
        'RSI Oversold: 9 of 10 symbols evaluated, 3 match, all 3 are continuing: no new match in the last 4 min. Nothing is wrong.',
    });
    expect(diagnosis.traders[0]).toMatchObject({
      counts: {
        watching: 10,
        'with data': 9,
        evaluated: 9,
        matched: 3,
        new: 0,
        queued: 0,
        persisted: 4,
        analysed: null,
      },
      closedAt: 'new',
      skipped: { no_data: 1 },
    });
  });

  it.each([
    ['bad_return', 'filter_bad_return'],
    ['error', 'filter_error'],
    ['insufficient_history', 'history_too_short'],
    ['no_data', 'data_missing'],
    ['stale_data', 'data_stale'],
  ] as const)('whose symbols are skipped for %s has %s', (reason, cause) => {
    const { findings, traders } = filter({ executions: 10, evaluated: 0, skipped: { [reason]: 100 } });
    expect(findings.some((one) => one.cause === cause) || cause === 'data_stale').toBe(true);
    expect(traders[0]?.closedAt).toMatch(/evaluated|with data/);
    expect(traders[0]?.counts.matched).toBe(0);
  });

  it.each([
    ['compile', 'filter_compile_error'],
    ['timeout', 'filter_timeout'],
    ['worker_crash', 'filter_worker_crash'],
  ] as const)('whose executions fail by %s has %s, and not its symptom beside it', (type, cause) => {
    const diagnosis = filter({
      executions: 10,
      evaluated: 0,
      skipped: { error: 100 },
      errors: { [type]: 10 },
    });
    expect(wrongs(diagnosis)).toEqual([cause]);
  });

  it('of which a few symbols are skipped is well', () => {
    expect(filter({ executions: 10, evaluated: 90, skipped: { insufficient_history: 10 } }).healthy).toBe(
      true,
    );
  });

  it('that recovered is well at once, though its totals are not', () => {
    const before = { executions: 100, evaluated: 0, skipped: { bad_return: 1000 } };
    const after = { executions: 101, evaluated: 10, skipped: { bad_return: 1000 } };
    expect(
      causesOf({ at: HOUR, traders: { t1: before } }, { at: HOUR + 60, traders: { t1: after } }),
    ).toEqual([]);
  });

  it('that fails says since when', () => {
    const numbers = (evaluated: number, bad_return: number) => ({
      t1: { name: 'Momentum Break', executions: 100 + bad_return / 10, evaluated, skipped: { bad_return } },
    });
    const diagnosis = diagnose(
      history(
        { at: HOUR, traders: numbers(1000, 0) },
        { at: HOUR + 60, traders: { t1: { executions: 101, evaluated: 1010 } } },
        {
          at: HOUR + 180,
          traders: {
            t1: { name: 'Momentum Break', executions: 103, evaluated: 1010, skipped: { bad_return: 20 } },
          },
        },
      ),
    );
    expect(diagnosis.findings[0]?.sentence).toBe(
      'Momentum Break: the filter returned neither true nor false (undefined, NaN or the like) for 10 of 10 symbols since 13:01 UTC (bad_return): it never returns a verdict on them.',
    );
  });

  it('that was refused is named by its id, and the registry by its growth', () => {
    expect(causesOf({ at: HOUR, traders: { t1: {}, t2: { refused: true, errors: { load: 1 } } } })).toEqual([
      'traders_refused',
    ]);
    const failed = { 'traders_loaded_from_db_total{status="failed"}': 1 };
    expect(causesOf({ at: HOUR }, { at: HOUR + 5, more: failed })).toEqual(['traders_refused']);
  });

  it('that alone does not run is told from cycles that have stopped', () => {
    const late = { executions: 61, lastExecution: HOUR };
    expect(causesOf({ at: HOUR + 600, traders: { t1: late, t2: {} } })).toEqual(['trader_stalled']);
    expect(causesOf({ at: HOUR + 600, traders: { t1: late, t2: late } })).toEqual(['screening_stalled']);
  });
});

describe('the machine', () => {
  const after = (more: Record<string, number>, seconds = 60) =>
    causesOf({ at: HOUR }, { at: HOUR + seconds, more });

  it.each([
    [
      'exchange_disconnected',
      {
        'binance_ws_connected{status="connected"}': 0,
        'binance_ws_connections{state="open"}': 0,
        'binance_ws_messages_total{type="kline"}': 20 * HOUR,
      },
    ],
    ['universe_short', { 'market_symbols{state="subscribed"}': 2 }],
    ['tickers_silent', { 'binance_ticker_updates_total{symbol="S0USDT"}': HOUR }],
    ['frames_malformed', { 'kline_parse_errors_total{symbol="unknown"}': 50 }],
    ['reconnect_storm', { binance_ws_reconnects_total: 7 }],
    ['clock_skew', { 'binance_ws_latency_ms_bucket{le="10"}': 21 * HOUR }],
    ['workers_restarting', { 'screener_worker_restarts_total{reason="timeout"}': 4 }],
    ['workers_saturated', { 'screener_busy_seconds_total{worker_id="0"}': HOUR / 100 + 119 }],
    ['screening_overruns', { 'screening_overruns_total{interval="1m"}': 3 }],
    ['database_failing', { sync_write_errors_total: 3, sync_batch_writes_total: HOUR }],
    ['signals_dropped', { 'signals_dropped_total{reason="queue_overflow"}': 3 }],
    ['signal_queue_filling', { 'sync_queue_depth{queue_type="signals"}': 600 }],
    ['analysis_failing', { signals_failed_total: 3 }],
    ['analysis_backlog', { signals_pending_analysis: 70 }],
    ['telemetry_config_refused', { telemetry_config_ok: 0 }],
    ['scrapes_failing', { 'metrics_scrapes_total{code="500"}': 2 }],
    ['telemetry_rejecting', { 'telemetry_rejected_total{reason="value"}': 2 }],
    ['series_overflow', { 'telemetry_overflow_total{metric="a"}': 2 }],
    ['page_near_limit', { metrics_page_bytes: 13 * 2 ** 20 }],
    ['spans_dropped', { 'spans_dropped_total{reason="timeout"}': 2 }],
  ] as const)('has %s', (cause, more) => {
    expect(after(more as unknown as Record<string, number>)).toEqual([cause]);
  });

  it('has interval_silent, klines_stale and rest failing where one page shows it', () => {
    expect(causesOf({ at: HOUR, ages: { '1m': 1, '5m': 100 } })).toEqual(['interval_silent']);
    expect(causesOf({ at: HOUR, ages: { '1s': 1, '1m': 50 } })).toEqual([]);
    expect(causesOf({ at: HOUR, ages: { '1m': 1, '5m': 4000 } })).toEqual(['interval_silent']);
    expect(causesOf({ at: HOUR, ages: { '1m': 4000, '5m': 4000 } })).toEqual(['feed_silent']);
    const rest = {
      'binance_rest_requests_total{endpoint="klines",status="200"}': 1,
      'binance_rest_requests_total{endpoint="klines",status="451"}': 5,
    };
    expect(causesOf({ at: HOUR, more: rest })).toEqual(['exchange_rest_failing']);
  });

  it('of which a part of the symbols has stale klines (incident 31) has klines_stale, with the oldest', () => {
    const more = Object.fromEntries(
      [7, 8, 9].map((at) => [`kline_data_age_seconds{symbol="S${at}USDT",interval="1m"}`, 3951 + at]),
    );
    const diagnosis = diagnose(history({ at: HOUR, more }, { at: HOUR + 5, more }));
    expect(wrongs(diagnosis)).toEqual(['klines_stale']);
    expect(diagnosis.headline).toBe(
      'The 1m klines of 3 of 10 symbols are stale: the oldest, S9USDT, is 1 h 6 min old, and filters judge old prices.',
    );
    expect(causesOf({ at: HOUR, more: Object.fromEntries(Object.entries(more).slice(0, 2)) })).toEqual([]);
  });

  it('whose clock is ahead gets no stale candles for it', () => {
    const late = { 'binance_ws_latency_ms_bucket{le="10"}': 0 };
    const before = { at: HOUR, ages: { '1m': 300, '5m': 300 }, more: late };
    expect(causesOf(before, { ...before, at: HOUR + 30 })).toEqual(['clock_skew']);
    expect(causesOf(before)).toEqual(['clock_skew']);
  });

  it('is not accused for writes that failed and then succeeded', () => {
    const failed = { sync_write_errors_total: 1, sync_batch_writes_total: HOUR };
    const healed = { sync_write_errors_total: 1 };
    expect(causesOf({ at: HOUR }, { at: HOUR + 5, more: failed }, { at: HOUR + 10, more: healed })).toEqual(
      [],
    );
  });

  it('whose main thread is blocked for more than a moment has event_loop_blocked', () => {
    const more = { nodejs_eventloop_delay_p99: 0.8 };
    expect(causesOf({ at: HOUR }, { at: HOUR + 5, more })).toEqual([]);
    expect(causesOf({ at: HOUR, more }, { at: HOUR + 5, more })).toEqual(['event_loop_blocked']);
  });

  it('whose signals vanish is said to on the second page that shows it', () => {
    const lost = { t1: { signals: 5, persisted: 3 } };
    expect(causesOf({ at: HOUR }, { at: HOUR + 5, traders: lost })).toEqual([]);
    expect(causesOf({ at: HOUR, traders: lost }, { at: HOUR + 5, traders: lost })).toEqual([
      'conservation_broken',
    ]);
  });

  it('without workers for more than a moment has workers_gone', () => {
    const more = { screener_workers_idle: 0, screener_queue_depth: 3 };
    expect(causesOf({ at: HOUR }, { at: HOUR + 5, more })).toEqual([]);
    expect(causesOf({ at: HOUR, more }, { at: HOUR + 5, more }, { at: HOUR + 15, more })).toEqual([
      'workers_gone',
    ]);
  });

  it('whose workers are all busy and finish nothing has workers_stuck', () => {
    const busy = { screener_workers_idle: 0, screener_workers_active: 2, screener_queue_depth: 3 };
    const traders = { t1: { executions: 61, lastExecution: HOUR } };
    const pages = [0, 15, 45].map((more) => ({ at: HOUR + more, traders, more: busy }));
    expect(causesOf(...pages)).toEqual(['workers_stuck']);
    expect(causesOf(...pages.slice(0, 2))).toEqual([]);
  });
});

describe('whatever a page holds', () => {
  const numbers = fc.record({
    name: fc.string({ unit: 'binary', maxLength: 80 }),
    executions: fc.nat(1000),
    evaluated: fc.nat(100_000),
    matches: fc.nat(100_000),
    signals: fc.nat(1000),
    persisted: fc.nat(1000),
    new: fc.nat(100),
    continuing: fc.nat(100),
    watching: fc.nat(100),
    skipped: fc.dictionary(fc.constantFrom('no_data', 'error', 'bad_return', 'other'), fc.nat(1000)),
    errors: fc.dictionary(fc.constantFrom('compile', 'timeout', 'other'), fc.nat(1000)),
  });

  it('there is one diagnosis, with whole sentences, and names come through as they are', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.nat(5000), (one, two, at) => {
        const traders = (of: typeof one) => ({ t1: of, t2: { ...of, name: 'x\n": "' } });
        const diagnosis = diagnose(
          history({ at, traders: traders(one) }, { at: at + 7, traders: traders(two) }),
        );
        expect(diagnosis.headline).toMatch(/[.)]$/);
        expect(diagnosis.traders.some(({ name }) => name === (two.name === '' ? 't1' : two.name))).toBe(true);
        for (const { sentence, evidence } of diagnosis.findings) {
          expect(sentence).not.toMatch(/undefined symbols|NaN [^o]|Infinity|\[object| of 0 symbols \(/);
          expect(evidence.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 200, endOnFailure: true },
    );
  });

  it('a page without a single metric is diagnosed without throwing', () => {
    expect(diagnose({ now: readPage(parsePage(''), 1) }).traders).toEqual([]);
    expect(() => diagnose(history())).toThrow('no reading');
  });

  it('a page with values that are no numbers is too', () => {
    const text = pageText({ at: HOUR }).replace(/ \d[\d.]*$/gm, ' NaN');
    expect(() => diagnose({ now: readPage(parsePage(text), 1) })).not.toThrow();
  });
});
