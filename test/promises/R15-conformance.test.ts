import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfigFile } from '../../instrumentation/configuration/config-file';
import { ConfigProblem } from '../../instrumentation/configuration/preflight';
import { settingsFromModel } from '../../instrumentation/configuration/settings-from-model';
import { parseOpenMetrics } from '../support/open-metrics';
import { decodeTraces, spansIn } from '../support/otlp-protobuf';
import { OtlpReceiver } from '../support/otlp-receiver';
import { withApp } from '../support/preloaded-app';
import { ROOT } from '../support/source-files';

const OFFICIAL = join(ROOT, '../shared/vectors/otel-config');

const VECTORS = join(ROOT, '../shared/vectors/openmetrics');

function isOpenMetrics(text: string): boolean {
  try {
    parseOpenMetrics(text);
    return true;
  } catch {
    return false;
  }
}

/** What the package makes of a file: nothing when it is in force, else the key it refuses. */
function refusedKey(file: string): string | undefined {
  try {
    settingsFromModel(readConfigFile(file, process.env), process.env);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigProblem) return error.key;
    throw error;
  }
}

describe('R15: OTLP bodies', () => {
  it('hold no field that the official messages do not have, whatever a span was given', async () => {
    const collector = await OtlpReceiver.start();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.baseUrl, OTEL_RESOURCE_ATTRIBUTES: 'a=b,c=%C3%A9' };
    await withApp({ app: 'makes-hostile-spans.js', env }, async (app) => {
      expect(await app.exited).toEqual({ code: 0, signal: null });
    });
    await withApp({ app: 'makes-spans.js', args: ['600', 'natural'], env }, async (app) => {
      expect(await app.exited).toEqual({ code: 0, signal: null });
    });
    await collector.stop();
    const decoded = collector.bodies.map(decodeTraces);
    const spans = decoded.flatMap(({ request }) => spansIn(request));
    const unknown = decoded.flatMap((body) => body.unknown);
    console.log(
      `R15: ${decoded.length} OTLP bodies with ${spans.length} spans decoded, ${unknown.length} unknown fields`,
    );
    expect(unknown).toEqual([]);
    expect(spans.length).toBeGreaterThan(630);
    const parts = new Set(spans.flatMap((span) => Object.keys(span)));
    expect([...parts]).toEqual(
      expect.arrayContaining([
        'attributes',
        'events',
        'links',
        'status',
        'traceState',
        'droppedAttributesCount',
      ]),
    );
  });

  it('are read strictly: an unknown field and a wrong wire type are told, a truncated body throws', () => {
    expect(decodeTraces(Buffer.from([0x10, 0x01])).unknown).toEqual(['request.2 (wire type 0)']);
    expect(decodeTraces(Buffer.from([0x0a, 0x02, 0x08, 0x01])).unknown).toEqual([
      'request.resourceSpans.1 (wire type 0)',
    ]);
    expect(() => decodeTraces(Buffer.from([0x0a, 0x05, 0x00]))).toThrow('beyond its message');
  });
});

describe('R15: configuration files', () => {
  const official = existsSync(OFFICIAL)
    ? readdirSync(OFFICIAL, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))
    : [];

  it('of the official repository are in force, or refused by a key that the file has', () => {
    const verdicts = official.map((name) => ({ name, key: refusedKey(join(OFFICIAL, name)) }));
    const refused = verdicts.filter(({ key }) => key !== undefined);
    console.log(
      `R15: ${official.length} official configuration files: ${official.length - refused.length} in force, ${refused.length} refused by name`,
    );
    expect(refused.filter(({ key }) => !/^[a-z_]+(\/development)?([.[]|$)/.test(key ?? ''))).toEqual([]);
  });

  it.each([
    ['resource.attributes[0].name', 'resource:\n  attributes:\n    - value: x\n'],
    [
      'logger_provider',
      'logger_provider:\n  processors:\n    - batch:\n        exporter:\n          console:\n',
    ],
    ['meter_provider.views', 'meter_provider:\n  views:\n    - selector:\n        instrument_name: x\n'],
    ['tracer_provider.sampler.always_record', 'tracer_provider:\n  sampler:\n    always_record:\n'],
    [
      'resource.detection/development',
      'resource:\n  detection/development:\n    detectors:\n      - host:\n',
    ],
  ])('of the schema’s vocabulary are refused by %s', (key, text) => {
    const file = join(mkdtempSync(join(tmpdir(), 'otel-config-')), 'otel-config.yaml');
    writeFileSync(file, `file_format: "1.1"\n${text}`);
    expect(refusedKey(file)?.startsWith(key.replace(/\.name$/, ''))).toBe(true);
  });
});

describe('R15: our reader of OpenMetrics, which judges our pages', () => {
  const cases = existsSync(VECTORS) ? readdirSync(VECTORS) : [];

  it('agrees with the official cases', () => {
    const disagreements = cases.filter((name) => {
      const file = (part: string) => readFileSync(join(VECTORS, name, part), 'utf8');
      const { shouldParse } = JSON.parse(file('test.json')) as { shouldParse: boolean };
      return isOpenMetrics(file('metrics')) !== shouldParse;
    });
    console.log(`R15: ${cases.length} official OpenMetrics cases, ${disagreements.length} disagreements`);
    expect(disagreements).toEqual([]);
  });
});
