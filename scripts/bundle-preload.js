// What every start of the application waits for becomes two files instead of three hundred: the SDK side, and the
// tracing side, which is read only where traces are exported. `@opentelemetry/api` stays outside: it is the
// application's own copy that both must meet in.
const { existsSync } = require('node:fs');
const { dirname, join, relative, resolve } = require('node:path');
const { build } = require('esbuild');

const SOURCE = resolve('instrumentation');
const BUILT = resolve('dist/instrumentation');
const TRACES = join(SOURCE, 'traces');
// Keeps state that both files must share: what was said already, and the secrets not to be said.
const SHARED = join(SOURCE, 'diagnostics.ts');

const isTraces = (file) => file.startsWith(TRACES);

/** Leaves a file of ours outside, under the name by which the bundle finds it. */
function outside(file, from) {
  const path = relative(from, file).replace(/\.ts$/, '.js');
  return { path: path.startsWith('.') ? path : `./${path}`, external: true };
}

/** The other side, and what both share, are required when they are needed. */
function apart(belongs, from) {
  return {
    name: 'apart',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
        if (!resolveDir.startsWith(SOURCE)) return undefined;
        const file = `${join(resolveDir, path).replace(/\.js$/, '')}.ts`;
        if (!existsSync(file)) return undefined;
        return file !== SHARED && belongs(file) ? undefined : outside(file, from);
      });
    },
  };
}

function bundle(entry, belongs) {
  return build({
    entryPoints: [entry],
    outfile: join(BUILT, relative(SOURCE, entry)).replace(/\.ts$/, '.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'linked',
    logLevel: 'warning',
    external: ['@opentelemetry/api', '@opentelemetry/exporter-trace-otlp-*'],
    plugins: [apart(belongs, dirname(entry))],
  });
}

async function main() {
  await bundle(join(TRACES, 'tracing.ts'), isTraces);
  await bundle(join(SOURCE, 'sdk.ts'), (file) => !isTraces(file));
}

main().catch(() => process.exit(1));
