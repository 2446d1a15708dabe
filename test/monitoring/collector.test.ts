/** No collector is at hand: its files are held against its documented settings, and against the spans that are made. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { SPANS } from '../../src/telemetry/span-catalogue';
import { ROOT, sourceFiles } from '../support/source-files';

const FOLDER = join(ROOT, 'monitoring/collector');
const FILES = ['gateway.yaml', 'balancer.yaml'];
const VARIABLE = /\$\{env:([A-Z_]+)(?::-([^}]*))?\}/g;

type Shape = 'value' | readonly ['value'] | { readonly [key: string]: Shape | readonly [Shape] };
const V = 'value';

const ENDPOINT = { endpoint: V } as const;
const POLICY = {
  name: V,
  type: V,
  status_code: { status_codes: [V] },
  numeric_attribute: { key: V, min_value: V, max_value: V },
  string_attribute: { key: V, values: [V], enabled_regex_matching: V },
  ottl_condition: { error_mode: V, span: [V] },
  latency: { threshold_ms: V },
  probabilistic: { sampling_percentage: V },
} as const;
const CLIENT = {
  timeout: V,
  compression: V,
  tls: { insecure: V },
  retry_on_failure: { enabled: V, initial_interval: V, max_interval: V, max_elapsed_time: V },
  sending_queue: { enabled: V, num_consumers: V, queue_size: V },
} as const;

/** The collector's settings, as far as they are used here; it refuses a file with any other. */
const SETTINGS: Shape = {
  extensions: { health_check: ENDPOINT },
  receivers: { otlp: { protocols: { grpc: ENDPOINT, http: ENDPOINT } } },
  processors: {
    memory_limiter: { check_interval: V, limit_percentage: V, spike_limit_percentage: V },
    tail_sampling: {
      decision_wait: V,
      num_traces: V,
      decision_cache: { sampled_cache_size: V, non_sampled_cache_size: V },
      policies: [{ ...POLICY, and: { and_sub_policy: [POLICY] } }],
    },
    batch: { send_batch_size: V, send_batch_max_size: V, timeout: V },
  },
  exporters: {
    otlphttp: { ...CLIENT, endpoint: V, headers: { authorization: V } },
    loadbalancing: {
      routing_key: V,
      protocol: { otlp: CLIENT },
      resolver: { dns: { hostname: V, port: V, interval: V } },
    },
  },
  service: {
    extensions: [V],
    telemetry: {
      metrics: { level: V, readers: [{ pull: { exporter: { prometheus: { host: V, port: V } } } }] },
    },
    pipelines: { traces: { receivers: [V], processors: [V], exporters: [V] } },
  },
};

function strangers(value: unknown, shape: Shape | readonly [Shape], path: string): string[] {
  if (Array.isArray(shape))
    return Array.isArray(value)
      ? value.flatMap((item, index) => strangers(item, shape[0], `${path}[${index}]`))
      : [`${path} is no list`];
  if (shape === V) return typeof value === 'object' && value !== null ? [`${path} is no value`] : [];
  return Object.entries(value as object).flatMap(([key, inner]) => {
    const known = (shape as Readonly<Record<string, Shape>>)[key];
    return known === undefined ? [`${path}.${key}`] : strangers(inner, known, `${path}.${key}`);
  });
}

interface Policy {
  readonly name: string;
  readonly type: string;
  readonly [settings: string]: unknown;
}

interface Configuration {
  readonly [section: string]: Readonly<Record<string, unknown>>;
  readonly service: {
    readonly extensions: readonly string[];
    readonly pipelines: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  };
}

const text = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
/** As the collector reads it with nothing set in the environment. */
const read = (name: string) =>
  parse(text(name).replace(VARIABLE, (_, variable, otherwise) => otherwise ?? variable)) as Configuration;

const tail = read('gateway.yaml').processors?.tail_sampling as { readonly policies: readonly Policy[] };
const inside = (policy: Policy): Policy[] => {
  const and = policy.and as { readonly and_sub_policy: readonly Policy[] } | undefined;
  return [policy, ...(and?.and_sub_policy.flatMap(inside) ?? [])];
};
const policies = tail.policies.flatMap(inside);

describe.each(FILES)('%s', (name) => {
  const configuration = read(name);

  it('has no setting that the collector does not know', () => {
    expect(strangers(configuration, SETTINGS, name)).toEqual([]);
    expect(strangers({ processors: { batch: { size: 1 } } }, SETTINGS, name)).toEqual([
      `${name}.processors.batch.size`,
    ]);
  });

  it('uses what it defines, and defines what it uses', () => {
    const { pipelines, extensions } = configuration.service;
    for (const section of ['receivers', 'processors', 'exporters']) {
      const used = new Set(Object.values(pipelines).flatMap((pipeline) => pipeline[section] ?? []));
      expect([...used].sort()).toEqual(Object.keys(configuration[section] ?? {}).sort());
    }
    expect(extensions).toEqual(Object.keys(configuration.extensions ?? {}));
  });

  it('limits memory before anything else, and batches last', () => {
    for (const { processors = [] } of Object.values(configuration.service.pipelines)) {
      expect(processors[0]).toBe('memory_limiter');
      if (processors.includes('batch')) expect(processors.at(-1)).toBe('batch');
    }
  });

  it('takes what machines send, over HTTP and gRPC, on every address', () => {
    expect(configuration.receivers?.otlp).toEqual({
      protocols: { grpc: { endpoint: '[::]:4317' }, http: { endpoint: '[::]:4318' } },
    });
  });
});

describe('the sampling of whole traces', () => {
  it('gives each policy the settings of its type, and no other', () => {
    const wrong = policies.filter((policy) => {
      const { name, type, ...settings } = policy;
      return Object.keys(settings).join() !== type;
    });
    expect(wrong).toEqual([]);
    expect(new Set(tail.policies.map(({ name }) => name)).size).toBe(tail.policies.length);
  });

  it('asks for spans that the machine makes', () => {
    const names = Object.keys(SPANS);
    const conditions = policies.flatMap(
      ({ ottl_condition }) => (ottl_condition as { span: string[] } | undefined)?.span ?? [],
    );
    const exact = conditions.flatMap((condition) => /^name == "([^"]+)"$/.exec(condition)?.[1] ?? []);
    const patterns = conditions.flatMap(
      (condition) => /^IsMatch\(name, "([^"]+)"\)$/.exec(condition)?.[1] ?? [],
    );
    expect(exact.length + patterns.length).toBe(conditions.length);
    expect(exact.filter((name) => !names.includes(name))).toEqual([]);
    const [, alternatives = ''] = /^\^\((.*)\)$/.exec(patterns.join()) ?? [];
    const asked = alternatives.replaceAll('[.]', '.').split('|');
    expect(asked.filter((name) => !names.includes(name))).toEqual([]);
    expect(exact.length + asked.length).toBe(6);
  });

  it('asks for attributes that spans have', () => {
    const keys = policies.flatMap(({ numeric_attribute, string_attribute }) =>
      [numeric_attribute, string_attribute].flatMap((settings) =>
        settings ? [(settings as { key: string }).key] : [],
      ),
    );
    const made = new Set(Object.values(SPANS).flatMap(({ attributes }) => Object.keys(attributes)));
    const sdk = sourceFiles('instrumentation').map((file) => file.text);
    expect(keys.length).toBe(2);
    expect(
      keys.filter((key) => !made.has(key) && !sdk.some((source) => source.includes(`'${key}'`))),
    ).toEqual([]);
  });

  it('waits longer than a cycle that counts as slow, and keeps a share of the rest last', () => {
    const { decision_wait } = tail as unknown as { decision_wait: string };
    const slow = policies.find(({ name }) => name === 'took-long')?.latency as { threshold_ms: number };
    expect(Number.parseInt(decision_wait, 10) * 1000).toBeGreaterThan(slow.threshold_ms);
    expect(tail.policies.at(-1)?.type).toBe('probabilistic');
  });
});

describe('the README of the collector', () => {
  const readme = text('README.md');
  const documented = new Map(
    [...readme.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \| (\w+) \|/gm)].map(([, name, otherwise, file]) => [
      name,
      `${file} ${otherwise?.startsWith('none') ? '' : otherwise}`.trim(),
    ]),
  );

  it('lists every variable with its default, and no other', () => {
    const used = FILES.flatMap((file) =>
      [...text(file).matchAll(VARIABLE)].map(
        ([, name, otherwise = '']) => [name, `${file.replace('.yaml', '')} ${otherwise}`.trim()] as const,
      ),
    );
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(used));
  });

  it('says which must be set: those without a default', () => {
    const required = FILES.flatMap((file) => [...text(file).matchAll(VARIABLE)])
      .filter(([, , otherwise]) => otherwise === undefined)
      .map(([, name]) => name);
    const said = [...readme.matchAll(/^\| `([A-Z_]+)` \| none: must be set/gm)].map(([, name]) => name);
    expect(said.sort()).toEqual(required.sort());
  });
});
