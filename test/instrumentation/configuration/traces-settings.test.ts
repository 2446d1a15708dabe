import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readConfigFile, unusedVariables } from '../../../instrumentation/configuration/config-file';
import { settingsFromModel } from '../../../instrumentation/configuration/settings-from-model';
import type { TracesSettings } from '../../../instrumentation/traces-settings';
import { ROOT } from '../../support/source-files';

const OWN_FILE = join(ROOT, 'otel-config.yaml');
const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

function clean(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name];
}

/** OpenTelemetry's parser knows no environment but the process's. */
function tracesWith(env: Record<string, string>, file = OWN_FILE): TracesSettings | undefined {
  clean();
  Object.assign(process.env, env);
  return settingsFromModel(readConfigFile(file, process.env), process.env).traces;
}

function fileOf(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'otel-config-')), 'otel-config.yaml');
  writeFileSync(file, `file_format: "1.1"\n${text}`);
  return file;
}

afterEach(clean);

describe('the standard environment, with the package’s own file', () => {
  it.each<[Record<string, string>, Partial<TracesSettings>]>([
    [
      {},
      {
        endpoint: 'http://collector:4318/v1/traces',
        protocol: 'http/protobuf',
        compression: 'gzip',
        timeoutMs: 1_500,
      },
    ],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://other/path' }, { endpoint: 'http://other/path' }],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, { protocol: 'http/json' }],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, { protocol: 'grpc', endpoint: 'http://collector:4318' }],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' },
      { protocol: 'http/json' },
    ],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=2' }, { headers: { a: '1', b: '2' } }],
    [
      { OTEL_EXPORTER_OTLP_HEADERS: 'a=1', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=2' },
      { headers: { b: '2' } },
    ],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '700' }, { timeoutMs: 700 }],
    [{ OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '800', OTEL_EXPORTER_OTLP_TIMEOUT: '700' }, { timeoutMs: 800 }],
    [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'none' }, { compression: 'none' }],
    [{ OTEL_BSP_SCHEDULE_DELAY: '50' }, { scheduleDelayMs: 50 }],
    [{ OTEL_BSP_EXPORT_TIMEOUT: '900' }, { exportTimeoutMs: 900 }],
    [
      { OTEL_BSP_MAX_QUEUE_SIZE: '64', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '32' },
      { maxQueueSize: 64, maxExportBatchSize: 32 },
    ],
    [{ OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '99' }, { maxTextLength: 99 }],
    [
      { OTEL_TRACES_SAMPLER_ARG: '0.25' },
      { sampler: { kind: 'parent_based', root: { kind: 'ratio', ratio: 0.25 } } },
    ],
    [{ OTEL_TRACES_SAMPLER: 'always_on' }, { sampler: { kind: 'always_on' } }],
    [
      { OTEL_TRACES_SAMPLER: 'parentbased_always_off' },
      { sampler: { kind: 'parent_based', root: { kind: 'always_off' } } },
    ],
    [
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' },
      { sampler: { kind: 'ratio', ratio: 0.5 } },
    ],
    [
      { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' },
      { sampler: { kind: 'parent_based', root: { kind: 'ratio', ratio: 0.5 } } },
    ],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, { protocol: 'http/protobuf' }],
  ])('%j', (env, expected) => {
    expect(tracesWith({ ...ENDPOINT, ...env })).toMatchObject(expected);
  });

  it.each([[{}], [{ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }], [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }]])(
    '%j: no traces',
    (env) => {
      expect(tracesWith(env)).toBeUndefined();
    },
  );

  it('reads certificates, and says which file it cannot read', () => {
    const file = fileOf('');
    expect(tracesWith({ ...ENDPOINT, OTEL_EXPORTER_OTLP_CERTIFICATE: file })?.tls).toEqual({
      ca: 'file_format: "1.1"\n',
    });
    expect(() => tracesWith({ ...ENDPOINT, OTEL_EXPORTER_OTLP_CERTIFICATE: '/no/such.pem' })).toThrow(
      'ENOENT',
    );
  });

  it('leaves no standard variable of the export unused', () => {
    const base =
      'ENDPOINT HEADERS PROTOCOL TIMEOUT COMPRESSION CERTIFICATE CLIENT_KEY CLIENT_CERTIFICATE'.split(' ');
    const names = [
      ...base.flatMap((name) => [`OTEL_EXPORTER_OTLP_${name}`, `OTEL_EXPORTER_OTLP_TRACES_${name}`]),
      ...'SCHEDULE_DELAY EXPORT_TIMEOUT MAX_QUEUE_SIZE MAX_EXPORT_BATCH_SIZE'
        .split(' ')
        .map((name) => `OTEL_BSP_${name}`),
      'OTEL_TRACES_SAMPLER',
      'OTEL_TRACES_SAMPLER_ARG',
      'OTEL_TRACES_EXPORTER',
    ];
    const env = Object.fromEntries([...names, 'OTEL_METRICS_EXPORTER'].map((name) => [name, 'x']));
    expect(unusedVariables(OWN_FILE, env)).toEqual(['OTEL_METRICS_EXPORTER']);
  });
});

describe('a file of one’s own', () => {
  const batch = (exporter: string) =>
    fileOf(
      `tracer_provider:\n  processors:\n    - batch:\n        exporter:\n${exporter.replace(/^/gm, '          ')}\n`,
    );

  it('may name gRPC by its exporter', () => {
    expect(tracesWith({}, batch('otlp_grpc:\n  endpoint: http://collector:4317'))).toMatchObject({
      protocol: 'grpc',
      endpoint: 'http://collector:4317',
      keep: { errors: false, slowerThanMs: 0 },
    });
  });

  it('may ask for JSON', () => {
    const file = batch('otlp_http:\n  endpoint: https://collector/v1/traces\n  encoding: json');
    expect(tracesWith({}, file)).toMatchObject({
      protocol: 'http/json',
      compression: 'none',
      timeoutMs: 10_000,
    });
  });

  it('is not overruled by a variable that it does not read', () => {
    const file = batch('otlp_http:\n  endpoint: https://collector/v1/traces');
    expect(tracesWith({ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, file)).toMatchObject({
      protocol: 'http/protobuf',
      endpoint: 'https://collector/v1/traces',
    });
    expect(unusedVariables(file, ENDPOINT)).toEqual(['OTEL_EXPORTER_OTLP_ENDPOINT']);
  });
});
