import { describe, expect, it } from '@jest/globals';
import { openMetrics } from '../../../instrumentation/metrics/open-metrics';
import { familyNames, type Titled } from '../../../instrumentation/metrics/open-metrics-names';
import { parse } from '../../support/exposition';
import { testPipeline } from '../../support/metrics-pipeline';
import { parseOpenMetrics } from '../../support/open-metrics';
import { describeWithJudge, judge } from '../../support/open-metrics-judge';

const gauge = (name: string): Titled => ({ name, type: 'gauge' });
const counter = (name: string): Titled => ({ name, type: 'counter' });
const histogram = (name: string): Titled => ({ name, type: 'histogram' });
const titles = (...families: Titled[]) =>
  Object.fromEntries([...familyNames(families)].map(([page, { name, type }]) => [page, `${type} ${name}`]));

function application() {
  const pipeline = testPipeline({ targetInfo: true });
  const { meter } = pipeline;
  meter.createCounter('orders_total', { description: 'Say "orders" \\ two\nlines' }).add(2, { a: 'x"\\\n' });
  meter.createCounter('bytes_sent', { unit: 'By' }).add(1);
  meter.createCounter('busy_seconds_total', { unit: 's' }).add(1);
  meter.createHistogram('h_seconds', { unit: 's', advice: { explicitBucketBoundaries: [0.5, 1] } }).record(1);
  meter.createHistogram('write_ms', { unit: 'ms', advice: { explicitBucketBoundaries: [5] } }).record(1);
  meter.createGauge('delay', { unit: 's' }).record(1);
  meter.createUpDownCounter('odd_ratio', { unit: '1' }).add(-1);
  return pipeline;
}

describe('the OpenMetrics form of the page', () => {
  it('has the same samples as the plain form, to the letter', async () => {
    const { page } = application();
    await page.render('openMetrics');
    const [open, plain] = [`${await page.render('openMetrics')}`, `${await page.render()}`];
    const samples = (text: string) =>
      text.split('\n').filter((line) => line && !/^#|^metrics_(scrape|page|series)/.test(line));
    expect(samples(open)).toEqual(samples(plain));
    expect(samples(open).length).toBeGreaterThan(15);
  });

  it('tells counters without _total, units where the name ends in them, and target_info as an info', async () => {
    const families = parseOpenMetrics(`${await application().page.render('openMetrics')}`);
    const told = families.map(({ name, type, unit }) => `${type} ${name} ${unit}`.trim());
    expect(told).toEqual(
      expect.arrayContaining([
        'info target',
        'counter orders',
        'counter bytes_sent',
        'counter busy_seconds seconds',
        'histogram h_seconds seconds',
        'histogram write_ms ms',
        'gauge delay',
        'gauge odd_ratio ratio',
        'gauge metrics_page_bytes bytes',
      ]),
    );
    const orders = families.find(({ name }) => name === 'orders');
    expect(orders?.help).toBe('Say "orders" \\ two\nlines');
    expect(orders?.samples).toMatchObject([{ name: 'orders_total', labels: { a: 'x"\\\n' }, value: 2 }]);
    expect(families.flatMap(({ samples }) => samples).some(({ name }) => name.endsWith('_created'))).toBe(
      false,
    );
  });

  it('leaves out buckets below zero: with them a histogram may have no sum', async () => {
    const { meter, page } = testPipeline();
    const advice = { explicitBucketBoundaries: [-5, -1, 0, 1] };
    meter.createHistogram('h', { advice }).record(0.5);
    const [h] = parseOpenMetrics(`${await page.render('openMetrics')}`);
    expect(h?.samples.map(({ labels, value }) => [labels.le, value])).toEqual([
      ['0', 0],
      ['1', 1],
      ['+Inf', 1],
      [undefined, 0.5],
      [undefined, 1],
    ]);
    expect(`${await page.render()}`).toContain('h_bucket{le="-5"} 0\n');
  });

  it('ends with # EOF, and the plain form knows nothing of it', async () => {
    const { page } = application();
    expect(`${await page.render('openMetrics')}`.endsWith('\n# EOF\n')).toBe(true);
    const plain = `${await page.render()}`;
    expect(plain).not.toMatch(/EOF|# UNIT|# \{/);
    expect(parse(plain).find(({ name }) => name === 'target_info')?.type).toBe('gauge');
  });

  it('leaves a unit out where the name does not end in it', () => {
    const form = openMetrics([gauge('a_seconds_old')]);
    const family = {
      name: 'a_seconds_old',
      help: '',
      unit: 's',
      type: 'gauge',
      labels: [],
      values: [],
    } as const;
    expect(form.header(family)).toBe('# TYPE a_seconds_old gauge\n# HELP a_seconds_old a_seconds_old\n');
  });
});

describe('names that clash only in OpenMetrics', () => {
  it('are told otherwise: the counter gives way, whatever came first', () => {
    for (const order of [
      [gauge('x'), counter('x_total')],
      [counter('x_total'), gauge('x')],
    ])
      expect(titles(...order)).toEqual({ x: 'gauge x', x_total: 'unknown x_total' });
    expect(titles(counter('x_total'), gauge('x_created'))).toEqual({
      x_created: 'gauge x_created',
      x_total: 'unknown x_total',
    });
    expect(titles(counter('x_total_total'), counter('x_total'))).toEqual({
      x_total: 'counter x',
      x_total_total: 'unknown x_total_total',
    });
    expect(titles(counter('h_total'), counter('h_count_total'), histogram('h'))).toEqual({
      h: 'histogram h',
      h_total: 'unknown h_total',
      h_count_total: 'unknown h_count_total',
    });
    expect(titles({ name: 'target_info', type: 'info' }, gauge('target'))).toEqual({
      target: 'gauge target',
      target_info: 'gauge target_info',
    });
    expect(titles(counter('x_total'), counter('y_total'))).toEqual({
      x_total: 'counter x',
      y_total: 'counter y',
    });
  });

  it('leave the page when they cannot be told otherwise, and are counted', async () => {
    const { meter, page } = testPipeline();
    meter.createHistogram('h').record(1);
    meter.createGauge('h_created').record(1);
    await page.render('openMetrics');
    const families = parseOpenMetrics(`${await page.render('openMetrics')}`);
    expect(families.some(({ name }) => name === 'h_created')).toBe(false);
    const errors = families.find(({ name }) => name === 'metrics_scrape_errors');
    expect(errors?.samples[0]?.value).toBe(2);
  });

  describeWithJudge()('for the strict parser of another project', () => {
    it('break no page', async () => {
      const { meter, page } = testPipeline({ targetInfo: true });
      for (const name of ['x', 'y_created', 'target', 'z_bucket']) meter.createGauge(name).record(1);
      for (const name of ['x_total', 'y_total', 'y_created_total', 'x_total_total', 'h_total', 'h_sum_total'])
        meter.createCounter(name).add(1);
      meter.createHistogram('h').record(1);
      const [verdict] = judge([`${await page.render('openMetrics')}`]);
      expect(verdict).toEqual({ samples: expect.any(Number), exemplars: 0 });
      expect(judge(['a 1\n'])[0]?.refused).toMatch(/EOF/);
    });
  });
});

describe('two forms at once', () => {
  it('are collected one after the other', async () => {
    const { meter, page } = testPipeline();
    let running = 0;
    meter.createObservableGauge('g').addCallback(async (result) => {
      running++;
      await new Promise((resolve) => setImmediate(resolve));
      result.observe(running);
      running--;
    });
    const pages = await Promise.all([page.render(), page.render('openMetrics'), page.render()]);
    expect(pages.map((text) => /^g (\d)$/m.exec(`${text}`)?.[1])).toEqual(['1', '1', '1']);
  });
});
