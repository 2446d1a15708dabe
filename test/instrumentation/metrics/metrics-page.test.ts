import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { NoMetrics } from '../../../instrumentation/metrics/metrics-page';
import { PageCache, ServedPage } from '../../../instrumentation/metrics/page-cache';
import { seriesValue } from '../../support/exposition';
import { testPipeline } from '../../support/metrics-pipeline';

describe('a page whose callbacks fail in part', () => {
  it('M5, M6, M7: the rest is served, and each failure is counted on the same page', async () => {
    const { meter, parsed } = testPipeline({ collectTimeoutMs: 50 });
    const gauge = (name: string, callback: (result: { observe(value: number): void }) => unknown) =>
      meter.createObservableGauge(name).addCallback(callback as never);
    gauge('works', (result) => result.observe(1));
    gauge('throws', () => {
      throw new Error('no');
    });
    gauge('rejects_undefined', () => Promise.reject(undefined));
    gauge('hangs', () => new Promise(() => {}));
    gauge('observes_then_throws', (result) => {
      result.observe(4);
      throw new Error('no');
    });
    const families = await parsed();
    expect(seriesValue(families, 'works')).toBe(1);
    expect(seriesValue(families, 'observes_then_throws')).toBe(4);
    expect(seriesValue(families, 'metrics_scrape_errors_total')).toBe(4);
  });

  it('a callback that still hangs is not called again, and serves again once it has ended', async () => {
    const { meter, parsed } = testPipeline({ collectTimeoutMs: 30 });
    let calls = 0;
    let release = () => {};
    meter.createObservableGauge('g').addCallback(async (result) => {
      calls++;
      if (calls === 1)
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      result.observe(calls);
    });
    meter.createObservableGauge('works').addCallback((result) => result.observe(1));
    for (let i = 0; i < 5; i++) expect(seriesValue(await parsed(), 'g')).toBeUndefined();
    expect(calls).toBe(1);
    release();
    await sleep(1);
    expect(seriesValue(await parsed(), 'g')).toBe(2);
  });

  it('what is observed after its time is over does not reach a later page', async () => {
    const { meter, parsed } = testPipeline({ collectTimeoutMs: 20 });
    let observeLate = () => {};
    meter.createObservableGauge('steady').addCallback((result) => result.observe(1));
    meter.createObservableGauge('g').addCallback((result) => {
      observeLate = () => result.observe(99);
      return new Promise<void>(() => {});
    });
    await parsed();
    meter.createObservableGauge('works').addCallback((result) => {
      result.observe(1);
      observeLate();
    });
    const families = await parsed();
    expect([seriesValue(families, 'works'), seriesValue(families, 'g')]).toEqual([1, undefined]);
  });

  it('R3: when nothing could be collected there is no page', async () => {
    const { meter, page } = testPipeline({ collectTimeoutMs: 20 });
    meter.createObservableGauge('g').addCallback(() => {
      throw new Error('no');
    });
    await expect(page.render()).rejects.toBeInstanceOf(NoMetrics);
  });

  it('tells the bytes and series of the page before it', async () => {
    const { meter, page, parsed } = testPipeline();
    meter.createCounter('c_total').add(1, { é: '比' });
    const first = `${await page.render()}`;
    const second = await parsed();
    expect(seriesValue(second, 'metrics_page_bytes')).toBe(Buffer.byteLength(first));
    expect(seriesValue(second, 'metrics_series')).toBe(
      first.split('\n').filter((l) => l && !l.startsWith('#')).length,
    );
    expect(seriesValue(second, 'metrics_scrape_duration_seconds_count')).toBe(2);
  });

  it('has no scope labels, and target_info only where it is asked for', async () => {
    expect((await testPipeline().parsed()).some(({ name }) => name === 'target_info')).toBe(false);
    const families = await testPipeline({ targetInfo: true }).parsed();
    const info = families.find(({ name }) => name === 'target_info')?.samples[0];
    expect(info?.value).toBe(1);
    expect(Object.keys(info?.labels ?? {})).toContain('service_name');
    expect(
      families.flatMap(({ samples }) => samples.flatMap(({ labels }) => Object.keys(labels))),
    ).not.toContain('otel_scope_name');
  });
});

describe('the page cache', () => {
  it('M23: however many ask at once, one collection runs', async () => {
    let renders = 0;
    const cache = new PageCache(async () => {
      renders++;
      await sleep(10);
      return new ServedPage([Buffer.from('page\n')]);
    }, 60_000);
    await Promise.all(Array.from({ length: 64 }, () => cache.current()));
    await cache.current();
    expect(renders).toBe(1);
  });

  it('keeps no page that is too old and none that failed', async () => {
    let renders = 0;
    const cache = new PageCache(async () => {
      renders++;
      if (renders === 1) throw new Error('no');
      return new ServedPage([Buffer.from(`${renders}`)]);
    }, 0);
    await expect(cache.current()).rejects.toThrow('no');
    expect(`${await cache.current()}`).toBe('2');
    expect(`${await cache.current()}`).toBe('3');
  });
});
