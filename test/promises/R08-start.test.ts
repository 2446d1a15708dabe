import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { seriesValue } from '../support/exposition';
import { type AppOptions, withApp } from '../support/preloaded-app';
import { ROOT } from '../support/source-files';

const GOOD = readFileSync(join(ROOT, 'otel-config.yaml'), 'utf8');

/** The package's own file with one passage changed. */
function edited(passage: string | RegExp, replacement: string): string {
  const text = GOOD.replace(passage, () => replacement);
  if (text === GOOD) throw new Error(`nothing to replace: ${passage}`);
  return text;
}

const PORT = /port: \$\{METRICS_PORT:-9091\}/;
const OTLP = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9/v1/traces' };
const PROMETHEUS = 'meter_provider.readers[0].pull.exporter.prometheus/development';
const READER = 'meter_provider.readers[0].pull';
const BATCH = 'tracer_provider.processors[0].batch';

type Case = [name: string, config: string | undefined, key: string, env?: Record<string, string>];

const BAD: Case[] = [
  ['an empty file', '', '(file)'],
  ['a file of comments', '# nothing\n', '(file)'],
  ['null', 'null\n', '(file)'],
  ['a list', '- a\n', '(file)'],
  ['rubbish', 'a: [\n', '(file)'],
  ['a tab for indentation', 'file_format: "1.1"\nresource:\n\tattributes: x\n', '(file)'],
  ['a key twice at the top', `${GOOD}\nresource:\n  attributes_list: "a=b"\n`, '(file)'],
  ['a key twice below', edited(PORT, 'port: 9000\n            port: 9001'), '(file)'],
  ['a file cut off in a key', `${GOOD}\nresour`, '(file)'],
  ['aliases', `${GOOD.replace('resource:', 'resource: &r')}\nx: *r\n`, '(file)'],
  ['a typing slip at the top', edited('meter_provider:', 'metrics_provider:'), 'metrics_provider'],
  ['a typing slip below', edited('schedule_delay:', 'shedule_delay:'), `${BATCH}.shedule_delay`],
  ['a slip in a processor', edited('- batch:', '- bacth:'), 'tracer_provider.processors[0].bacth'],
  [
    'the exporter without its suffix',
    edited('prometheus/development:', 'prometheus:'),
    'meter_provider.readers[0].pull.exporter.prometheus',
  ],
  [
    'the spelling of schema 1.0',
    edited('scope_info_enabled: false', 'without_scope_info: true'),
    `${PROMETHEUS}.without_scope_info`,
  ],
  [
    'views, which are not honoured',
    edited('meter_provider:', 'meter_provider:\n  views: []'),
    'meter_provider.views',
  ],
  ['logs, which are not exported', `${GOOD}\nlogger_provider:\n  processors: []\n`, 'logger_provider'],
  [
    'a resource detector',
    edited('resource:', 'resource:\n  detection/development:\n    detectors:\n      - process:'),
    'resource.detection/development',
  ],
  ['a push reader', edited('- pull:', '- periodic:'), 'meter_provider.readers[0].periodic'],
  [
    'scope labels',
    edited('scope_info_enabled: false', 'scope_info_enabled: true'),
    `${PROMETHEUS}.scope_info_enabled`,
  ],
  ['gRPC', edited('otlp_http:', 'otlp_grpc:'), `${BATCH}.exporter.otlp_grpc`],
  [
    'an encoding nobody knows',
    edited('encoding: protobuf', 'encoding: xml'),
    `${BATCH}.exporter.otlp_http.encoding`,
    OTLP,
  ],
  [
    'two exporters',
    edited('otlp_http:', 'otlp_grpc:\n            endpoint: http://127.0.0.1:9\n          otlp_http:'),
    `${BATCH}.exporter`,
    OTLP,
  ],
  [
    'a key of TLS that is not honoured',
    edited('tls:', 'tls:\n              insecure: true'),
    `${BATCH}.exporter.otlp_http.tls.insecure`,
  ],
  [
    'a certificate that is not there',
    undefined,
    'tls.ca_file',
    { ...OTLP, OTEL_EXPORTER_OTLP_CERTIFICATE: '/no/ca.pem' },
  ],
  [
    'a client key without its certificate',
    undefined,
    'OTEL_EXPORTER_OTLP_CLIENT_KEY',
    { ...OTLP, OTEL_EXPORTER_OTLP_CLIENT_KEY: '/dev/null' },
  ],
  [
    'a protocol nobody knows',
    undefined,
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    { ...OTLP, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/xml' },
  ],
  [
    'a path for gRPC',
    undefined,
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9/otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  ],
  ['an exporter nobody has', undefined, 'OTEL_TRACES_EXPORTER', { ...OTLP, OTEL_TRACES_EXPORTER: 'zipkin' }],
  ['a sampler nobody has', undefined, 'OTEL_TRACES_SAMPLER', { OTEL_TRACES_SAMPLER: 'jaeger_remote' }],
  [
    'a compression of the environment',
    undefined,
    'OTEL_EXPORTER_OTLP_COMPRESSION',
    { ...OTLP, OTEL_EXPORTER_OTLP_COMPRESSION: 'lz4' },
  ],
  [
    'a timeout of the environment',
    undefined,
    'OTEL_EXPORTER_OTLP_TIMEOUT',
    { ...OTLP, OTEL_EXPORTER_OTLP_TIMEOUT: '0' },
  ],
  [
    'a delay of the environment',
    undefined,
    'OTEL_BSP_SCHEDULE_DELAY',
    { ...OTLP, OTEL_BSP_SCHEDULE_DELAY: 'soon' },
  ],
  [
    'a text limit of 0',
    undefined,
    'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    { ...OTLP, OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '0' },
  ],
  [
    'a reason to keep traces that is none',
    edited('keep_slower_than: 5000', 'keep_slower_than: -1'),
    'distribution.trader-observability.traces.keep_slower_than',
    OTLP,
  ],
  [
    'two readers',
    edited(
      'meter_provider:\n  readers:',
      'meter_provider:\n  readers:\n    - pull:\n        exporter:\n          prometheus/development:',
    ),
    'meter_provider.readers[1]',
  ],
  ['port 0 in the file', edited(PORT, 'port: 0'), `${PROMETHEUS}.port`],
  ['port 99999 in the file', edited(PORT, 'port: 99999'), `${PROMETHEUS}.port`],
  ['port -1 in the file', edited(PORT, 'port: -1'), `${PROMETHEUS}.port`],
  ['a quoted port', edited(PORT, 'port: "9091"'), `${PROMETHEUS}.port`],
  ['a variable that is not set', edited(PORT, 'port: ${NO_SUCH_PORT}'), `${PROMETHEUS}.port`],
  ['a substitution that is none', edited(PORT, 'port: ${METRICS_PORT:?missing}'), `${PROMETHEUS}.port`],
  ['file_format 2.0', edited('file_format: "1.1"', 'file_format: "2.0"'), 'file_format'],
  ['file_format unquoted', edited('file_format: "1.1"', 'file_format: 1.1'), 'file_format'],
  ['no file_format', edited('file_format: "1.1"', ''), 'file_format'],
  ['an unknown log level', edited('log_level: info', 'log_level: verbose'), 'log_level'],
  [
    'a text where a map belongs',
    edited(/readers:\n[\s\S]*?\n\n/, 'readers: none\n\n'),
    'meter_provider.readers',
  ],
  [
    'a limit of 0 series',
    edited('default: 2000', 'default: 0'),
    'meter_provider.readers[0].pull.cardinality_limits.default',
  ],
  [
    'a page age that is text',
    edited('page_max_age: ${METRICS_PAGE_MAX_AGE:-1000}', 'page_max_age: soon'),
    'distribution.trader-observability.page_max_age',
  ],
  [
    'an unknown compression',
    edited(/compression: \S+/, 'compression: brotli'),
    `${BATCH}.exporter.otlp_http.compression`,
    OTLP,
  ],
  ['a timeout of 0', edited(/ timeout: \S+/, ' timeout: 0'), `${BATCH}.exporter.otlp_http.timeout`, OTLP],
  [
    'a batch larger than its queue',
    edited(/max_export_batch_size: \S+/, 'max_export_batch_size: 4096'),
    `${BATCH}.max_export_batch_size`,
    OTLP,
  ],
  [
    'an endpoint that is no URL',
    undefined,
    `${BATCH}.exporter.otlp_http.endpoint`,
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'collector:4318' },
  ],
  [
    'headers that are no list',
    undefined,
    `${BATCH}.exporter.otlp_http.headers_list`,
    { ...OTLP, OTEL_EXPORTER_OTLP_HEADERS: 'top-secret' },
  ],
  ['a ratio of 7', undefined, 'tracer_provider.sampler', { OTEL_TRACES_SAMPLER_ARG: '7' }],
  ['a ratio that is text', undefined, 'tracer_provider.sampler', { OTEL_TRACES_SAMPLER_ARG: 'all' }],
  ['OTEL_SDK_DISABLED=1', undefined, 'disabled', { OTEL_SDK_DISABLED: '1' }],
  ['a propagator that is not honoured', edited('- baggage:', '- b3:'), 'propagator.composite[1].b3'],
  ['a file that is not there', undefined, '(file)', { OTEL_CONFIG_FILE: '/no/such/file.yaml' }],
  ['a folder', undefined, '(file)', { OTEL_CONFIG_FILE: '/tmp' }],
  ['a device without content', undefined, '(file)', { OTEL_CONFIG_FILE: '/dev/null' }],
  ['a binary file', undefined, '(file)', { OTEL_CONFIG_FILE: process.execPath }],
  ['two documents in one file', `${GOOD}\n---\nfile_format: "1.1"\n`, '(file)'],
  ['UTF-16', Buffer.from(GOOD, 'utf16le').toString('latin1'), '(file)'],
  ['10,000 open brackets', '['.repeat(10_000), '(file)'],
  ['no exporter under the reader', edited(/exporter:\n\s+prometheus[\s\S]*?(?=\s+# Series)/, ''), READER],
  ['an empty list of readers', edited(/readers:\n[\s\S]*?\n\n/, 'readers: []\n\n'), 'meter_provider.readers'],
  [
    'a disabled that is a word',
    edited('disabled: ${OTEL_SDK_DISABLED:-false}', 'disabled: maybe'),
    'disabled',
  ],
  ['a file_format of the past', edited('file_format: "1.1"', 'file_format: "0.4"'), 'file_format'],
  [
    'a limit of series that is text',
    edited('default: 2000', 'default: many'),
    'meter_provider.readers[0].pull.cardinality_limits.default',
  ],
  [
    'a limit of a million series',
    edited('default: 2000', 'default: 1000000'),
    'meter_provider.readers[0].pull.cardinality_limits.default',
  ],
  [
    'a sampler nobody knows',
    edited('trace_id_ratio_based:', 'sometimes:'),
    'sampler.parent_based.root.sometimes',
  ],
  ['two samplers', edited('  sampler:', '  sampler:\n    always_on:'), 'tracer_provider.sampler', OTLP],
  [
    'an unknown distribution',
    edited('trader-observability:', 'somebody-else:'),
    'distribution.somebody-else',
  ],
  ['a queue of no room', edited(/max_queue_size: \S+/, 'max_queue_size: 0'), `${BATCH}.max_queue_size`, OTLP],
  ['a negative delay', edited(/schedule_delay: \S+/, 'schedule_delay: -1'), `${BATCH}.schedule_delay`, OTLP],
  [
    'a page age in METRICS_PAGE_MAX_AGE that is text',
    undefined,
    'METRICS_PAGE_MAX_AGE',
    { METRICS_PAGE_MAX_AGE: 'soon' },
  ],
  ['a METRICS_COLLECT_TIMEOUT of 0', undefined, 'METRICS_COLLECT_TIMEOUT', { METRICS_COLLECT_TIMEOUT: '0' }],
  [
    'an OTEL_EXPORTER_OTLP_ENDPOINT without a protocol',
    undefined,
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
  ],
  [
    'an OTEL_EXPORTER_OTLP_ENDPOINT for gRPC',
    undefined,
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'grpc://collector:4317' },
  ],
  [
    'headers with a line break',
    undefined,
    'OTEL_EXPORTER_OTLP_HEADERS',
    { ...OTLP, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=top-secret\r\nx-other: 1' },
  ],
  [
    'a name of a header that HTTP does not know',
    undefined,
    'OTEL_EXPORTER_OTLP_HEADERS',
    { ...OTLP, OTEL_EXPORTER_OTLP_HEADERS: 'ключ=top-secret' },
  ],
  [
    'a sampler ratio of the environment below 0',
    undefined,
    'OTEL_TRACES_SAMPLER_ARG',
    { OTEL_TRACES_SAMPLER_ARG: '-1' },
  ],
  ['OTEL_SDK_DISABLED=yes', undefined, 'OTEL_SDK_DISABLED', { OTEL_SDK_DISABLED: 'yes' }],
];

async function startedWith([name, config, key, env]: Case): Promise<string[]> {
  const options: AppOptions = {
    app: 'records-forever.js',
    ...(config === undefined ? {} : { config }),
    env: env ?? {},
  };
  return withApp(options, async (app) => {
    await app.says('running');
    const families = await app.page();
    const refused = app.lines.filter((line) => line.includes('configuration refused'));
    const file = env?.OTEL_CONFIG_FILE ?? 'otel-config.yaml';
    return [
      ...(app.lines.length === 2 && refused.length === 1 ? [] : [`${name}: lines ${app.lines.join(' | ')}`]),
      ...(refused[0]?.includes(`${key}`) && refused[0].includes(file)
        ? []
        : [`${name}: no ${key} in ${refused[0]}`]),
      ...(seriesValue(families, 'telemetry_config_ok') === 0 ? [] : [`${name}: telemetry_config_ok`]),
      ...(seriesValue(families, 'orders_total', { side: 'buy' }) === 3 ? [] : [`${name}: no metrics`]),
      ...(app.stderr.includes('top-secret') ? [`${name}: a secret on stderr`] : []),
    ];
  });
}

describe('bad configurations', () => {
  it(`R8: ${BAD.length} of ${BAD.length} start, with one line that names file and key, and metrics on safe defaults`, async () => {
    const problems: string[] = [];
    const queue = [...BAD];
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift())
        problems.push(...(await startedWith(next)));
    };
    await Promise.all([work(), work(), work(), work()]);
    console.log(`R8: ${BAD.length} bad configurations and environments`);
    expect(BAD.length).toBeGreaterThanOrEqual(60);
    expect(problems).toEqual([]);
  }, 240_000);

  it.each([['abc'], ['99999'], ['-1']])(
    'METRICS_PORT=%s is refused, and metrics run on the default port or wait for it',
    async (port) => {
      await withApp({ app: 'records-forever.js', env: { METRICS_PORT: port } }, async (app) => {
        await app.reports('configuration refused');
        expect(app.lines[0]).toContain(`${PROMETHEUS}.port`);
        await app.reports('9091');
      });
    },
  );
});

describe('a busy port', () => {
  it('R8: is named once and taken within a second of its being free', async () => {
    const squatter = createServer().listen(0, '::');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    await withApp({ app: 'records-forever.js', env: { METRICS_PORT: `${port}` } }, async (app) => {
      await app.reports('is in use by another process');
      squatter.close();
      await once(squatter, 'close');
      const freed = performance.now();
      await app.url();
      const ms = Math.round(performance.now() - freed);
      console.log(`R8: bound ${ms} ms after the port was free`);
      expect(ms).toBeLessThanOrEqual(1_000);
      expect(app.lines.length).toBe(2);
    });
  });
});

describe('good configurations', () => {
  it('the package’s own file is in force without any variable', async () => {
    await withApp({ app: 'records-forever.js' }, async (app) => {
      expect(seriesValue(await app.page(), 'telemetry_config_ok')).toBe(1);
      expect(app.lines).toEqual([
        expect.stringMatching(
          /^\[telemetry\] metrics are served at http:\S+\/metrics; traces are not exported; configured by \S+$/,
        ),
      ]);
    });
  });

  it('a file of the least content is in force, on every address', async () => {
    const config = 'file_format: "1.1"\ndistribution:\n  trader-observability:\n    page_max_age: 0\n';
    await withApp({ app: 'records-forever.js', config }, async (app) => {
      expect(seriesValue(await app.page(), 'telemetry_config_ok')).toBe(1);
    });
  });

  it.each([
    ['OTEL_SDK_DISABLED=true with the package’s file', undefined],
    ['OTEL_SDK_DISABLED=true with a file that does not mention it', 'file_format: "1.1"\n'],
  ])('%s starts nothing', async (_, config) => {
    const options = { app: 'makes-spans.js', args: ['1', 'natural'], env: { OTEL_SDK_DISABLED: 'true' } };
    await withApp(config === undefined ? options : { ...options, config }, async (app) => {
      expect(await app.exited).toEqual({ code: 0, signal: null });
      expect(app.lines).toEqual(['[telemetry] disabled by OTEL_SDK_DISABLED or the configuration file']);
    });
  });

  it('names standard variables that the file does not take up', async () => {
    await withApp({ app: 'records-forever.js', env: { OTEL_LOGS_EXPORTER: 'otlp' } }, async (app) => {
      await app.url();
      expect(app.stderr).toContain('set but not used by the file: OTEL_LOGS_EXPORTER');
    });
  });
});
