import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Import, type SourceFile, sourceFiles } from './support/source-files';

const src = sourceFiles('src');
const instrumentation = sourceFiles('instrumentation');
const simulator = sourceFiles('simulator');
const status = sourceFiles('status');
const monitoring = sourceFiles('monitoring');
const all = [...src, ...instrumentation, ...simulator, ...status, ...monitoring, ...sourceFiles('bench')];

/** Libraries of the trader: each is named here once, with what it is for. */
const SRC_LIBRARIES = new Map([
  ['@opentelemetry/api', 'telemetry, vendor-neutral'],
  ['pg', 'Postgres'],
  ['ws', 'WebSocket client'],
  ['piscina', 'worker pool'],
  ['pino', 'logs'],
  ['zod', 'configuration, trader definitions, analyses'],
  ['acorn', 'parsing filters'],
  ['acorn-walk', 'parsing filters'],
  ['indicatorts', 'indicators'],
]);

const STAGES = ['market', 'screening', 'traders', 'signals'];

/** Words that stages share: these import nothing but each other and `telemetry/label-values`. */
const VOCABULARY = new Set([
  'src/market/interval.ts',
  'src/market/kline.ts',
  'src/market/shared-columns.ts',
  'src/screening/messages.ts',
  'src/screening/filter-source.ts',
  'src/traders/trader.ts',
  'src/signals/signal.ts',
  'src/telemetry/monotonic.ts',
]);

function violations(
  files: readonly SourceFile[],
  broken: (file: SourceFile, imported: Import) => boolean,
): string[] {
  return files.flatMap((file) =>
    file.imports
      .filter((imported) => broken(file, imported))
      .map((imported) => `${file.path} → ${imported.specifier}`),
  );
}

const folderOf = (path: string) => path.split('/').slice(0, -1).join('/');
const stageOf = (path: string) => (path.startsWith('src/') ? path.split('/')[1] : undefined) ?? '';
const isPackage = (imported: Import) =>
  imported.file === undefined && !imported.specifier.startsWith('node:');

describe('rule 1: what src may import', () => {
  it('imports node:*, its listed libraries and @opentelemetry/api, nothing else', () => {
    expect(
      violations(src, (_, imported) => isPackage(imported) && !SRC_LIBRARIES.has(imported.specifier)),
    ).toEqual([]);
  });

  it('lists no library that nothing imports', () => {
    const used = new Set(src.flatMap((file) => file.imports.map((imported) => imported.specifier)));
    expect(
      [...SRC_LIBRARIES.keys()].filter((library) => !used.has(library) && library !== 'indicatorts'),
    ).toEqual([]);
  });

  it('reaches no SDK, exporter or instrumentation package', () => {
    const forbidden = /@opentelemetry\/(sdk-|exporter-|instrumentation)/;
    expect(violations(src, (_, imported) => forbidden.test(imported.specifier))).toEqual([]);
  });
});

describe('rule 2: src and instrumentation meet only in the API', () => {
  it('src and instrumentation never import each other', () => {
    expect(violations(src, (_, { file }) => file?.startsWith('instrumentation/') === true)).toEqual([]);
    expect(
      violations(
        instrumentation,
        (_, { file }) => file !== undefined && !file.startsWith('instrumentation/'),
      ),
    ).toEqual([]);
  });

  it('nothing in src or instrumentation imports the simulator; the simulator takes only words of the market', () => {
    expect(
      violations([...src, ...instrumentation], (_, { file }) => file?.startsWith('simulator/') === true),
    ).toEqual([]);
    expect(
      violations(
        simulator,
        (_, { file }) => file !== undefined && !file.startsWith('simulator/') && !VOCABULARY.has(file),
      ),
    ).toEqual([]);
  });
});

describe('rule 2b: what only looks at the machine stands apart from it', () => {
  const outside = (file: string | undefined, own: string, allowed: readonly string[]) =>
    file !== undefined && !file.startsWith(own) && !allowed.includes(file);

  it('status reads the page as anybody does: of the trader it knows the intervals, of telemetry nothing', () => {
    expect(violations(status, (_, { file }) => outside(file, 'status/', ['src/market/interval.ts']))).toEqual(
      [],
    );
  });

  it('monitoring is made from the catalogues, and knows the intervals', () => {
    const words = [
      'src/telemetry/catalogue.ts',
      'instrumentation/metrics/catalogue.ts',
      'src/market/interval.ts',
    ];
    expect(violations(monitoring, (_, { file }) => outside(file, 'monitoring/', words))).toEqual([]);
  });

  it('nothing of the machine imports either', () => {
    const machine = [...src, ...instrumentation, ...simulator];
    expect(violations(machine, (_, { file }) => /^(status|monitoring)\//.test(file ?? ''))).toEqual([]);
  });
});

describe('rule 3: main → machine → stages → storage', () => {
  const rank = (path: string) => {
    if (path === 'src/main.ts') return 0;
    if (stageOf(path) === 'assembly') return 1;
    if (STAGES.includes(stageOf(path))) return 3;
    if (stageOf(path) === 'storage') return 4;
    return folderOf(path) === 'src' ? 2 : 5;
  };
  const shared = new Set(
    ['config', 'log', 'redaction', 'log-backoff', 'log-limiter', 'health', 'backoff', 'until-it-works'].map(
      (name) => `src/${name}.ts`,
    ),
  );

  it('value imports go down only; types may be taken from anywhere but main', () => {
    expect(
      violations(src, (file, { file: target, typeOnly }) => {
        if (target === undefined || shared.has(target) || VOCABULARY.has(target)) return false;
        return typeOnly ? rank(target) === 0 : rank(target) < rank(file.path);
      }),
    ).toEqual([]);
  });

  it('stages share types and vocabulary, not each other’s insides', () => {
    expect(
      violations(src, (file, { file: target, typeOnly }) => {
        const [from, to] = [stageOf(file.path), stageOf(target ?? '')];
        return (
          STAGES.includes(from) &&
          STAGES.includes(to) &&
          from !== to &&
          !typeOnly &&
          !VOCABULARY.has(target ?? '')
        );
      }),
    ).toEqual([]);
  });

  it('vocabulary imports vocabulary only', () => {
    const words = src.filter((file) => VOCABULARY.has(file.path));
    expect(words.length).toBe(VOCABULARY.size);
    expect(
      violations(
        words,
        (_, { file }) =>
          file !== undefined && !VOCABULARY.has(file) && file !== 'src/telemetry/label-values.ts',
      ),
    ).toEqual([]);
  });

  it('telemetry imports no stage: beside itself only what takes credentials out', () => {
    const telemetry = src.filter((file) => stageOf(file.path) === 'telemetry');
    expect(
      violations(
        telemetry,
        (_, { file }) => file !== undefined && stageOf(file) !== 'telemetry' && file !== 'src/redaction.ts',
      ),
    ).toEqual([]);
  });

  it('main alone asks the API for a meter or a tracer', () => {
    const callers = src.filter((file) => /\.(getMeter|getTracer)\(/.test(file.text)).map((file) => file.path);
    expect(callers).toEqual(['src/main.ts']);
  });

  it('config alone reads the environment', () => {
    expect(src.filter((file) => /process\.env/.test(file.text)).map((file) => file.path)).toEqual([
      'src/config.ts',
    ]);
  });
});

describe('rule 4: the worker entry', () => {
  it('imports only node:worker_threads, its messages, the sandbox and the indicators', () => {
    const entry = src.find((file) => file.path === 'src/screening/filter-worker.ts');
    const allowed =
      /^(node:worker_threads|\.\/messages|\.\/sandbox[\w-]*|\.\/indicators[\w-]*|\.\/realm[\w-]*)$/;
    expect(
      entry?.imports.map((imported) => imported.specifier).filter((specifier) => !allowed.test(specifier)),
    ).toEqual([]);
  });

  it('reaches, however deep, no telemetry, no network and no other stage', () => {
    const files = new Map(src.map((file) => [file.path, file]));
    const reached = new Set<string>();
    const visit = (path: string) => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const { file, typeOnly } of files.get(path)?.imports ?? [])
        if (file !== undefined && !typeOnly) visit(file);
    };
    visit('src/screening/filter-worker.ts');
    const packages = [...reached]
      .flatMap((path) => files.get(path)?.imports ?? [])
      .filter((imported) => !imported.typeOnly && imported.file === undefined);
    expect(
      [...reached].filter((path) => !path.startsWith('src/screening/') && !VOCABULARY.has(path)),
    ).toEqual([]);
    expect(
      packages
        .map(({ specifier }) => specifier)
        .filter((name) => /opentelemetry|http|net|pg|ws|child_process/.test(name)),
    ).toEqual([]);
  });
});

describe('rule 5: shape', () => {
  it('has no import cycle, type imports included', () => {
    const files = new Map(all.map((file) => [file.path, file]));
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]) => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      if (trail.includes(path) || done.has(path)) return;
      for (const { file } of files.get(path)?.imports ?? [])
        if (file !== undefined) visit(file, [...trail, path]);
      done.add(path);
    };
    for (const path of files.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it('has no file named for nothing, and no barrel', () => {
    const names = all.filter((file) =>
      /^(util|utils|helper|helpers|common|misc|manager|index)\.ts$/.test(basename(file.path)),
    );
    expect(names.map((file) => file.path)).toEqual([]);
  });

  it('keeps a file to one idea: at most 150 lines', () => {
    expect(all.filter((file) => file.lines > 150).map((file) => `${file.path}: ${file.lines}`)).toEqual([]);
  });

  it('keeps a function on a screen: none over 40 lines, half of them at most 8', () => {
    const functions = all.flatMap((file) => file.functions.map((one) => ({ ...one, path: file.path })));
    expect(
      functions
        .filter((one) => one.lines > 40)
        .map((one) => `${one.path}:${one.line} ${one.name}: ${one.lines}`),
    ).toEqual([]);
    const lengths = functions.map((one) => one.lines).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(8);
  });
});
