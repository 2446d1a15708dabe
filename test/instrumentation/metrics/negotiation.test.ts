import { describe, expect, it } from '@jest/globals';
import { negotiate } from '../../../instrumentation/metrics/negotiation';

const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const DRAFT = 'application/openmetrics-text; version=0.0.1; charset=utf-8';
const PLAIN = 'text/plain; version=0.0.4; charset=utf-8';

describe('which format a scraper is given', () => {
  it.each([
    [
      'Prometheus 2.42',
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      OPEN_METRICS,
    ],
    [
      'Prometheus 3',
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
      OPEN_METRICS,
    ],
    [
      'Prometheus 3 with native histograms',
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
      OPEN_METRICS,
    ],
    ['VictoriaMetrics', 'text/plain;version=0.0.4;q=1,*/*;q=0.1', PLAIN],
    [
      'Grafana Agent',
      'application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      DRAFT,
    ],
    ['curl', '*/*', PLAIN],
    [
      'a browser',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
      PLAIN,
    ],
    ['nobody in particular', undefined, PLAIN],
  ])('%s', (_, accept, contentType) => {
    expect(negotiate(accept).contentType).toBe(contentType);
  });

  it.each([
    ['', PLAIN],
    ['application/openmetrics-text', OPEN_METRICS],
    ['Application/OpenMetrics-Text; Version="1.0.0"', OPEN_METRICS],
    ['application/openmetrics-text;version=2.0.0', PLAIN],
    ['application/openmetrics-text;q=0', PLAIN],
    ['application/openmetrics-text;q=0.4,text/plain;q=0.5', PLAIN],
    ['text/plain;q=0.4,application/openmetrics-text;q=0.5', OPEN_METRICS],
    ['text/plain,application/openmetrics-text', PLAIN],
    ['application/openmetrics-text,text/plain', OPEN_METRICS],
    ['application/openmetrics-text;q=oops', PLAIN],
    [',;=,,q=1;;', PLAIN],
    ['application/json', PLAIN],
  ])('%s', (accept, contentType) => {
    expect(negotiate(accept).contentType).toBe(contentType);
  });
});
