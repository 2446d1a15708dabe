import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type ConfigurationModel, createConfigFactory } from '@opentelemetry/configuration';
import { ConfigProblem, preflight } from './preflight';
import { derivedVariables, unusedIn, variablesBehind } from './variables';

const FILE_NAME = 'otel-config.yaml';

/** The file beside the package's own package.json, wherever the build put this module. */
function packageFile(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, FILE_NAME);
}

/** `OTEL_CONFIG_FILE`, else the one in the working directory, else the package's own. */
export function configFile(env: NodeJS.ProcessEnv, workingDirectory: string): string {
  const named = env.OTEL_CONFIG_FILE?.trim() ?? '';
  if (named !== '') return resolve(workingDirectory, named);
  const here = join(workingDirectory, FILE_NAME);
  return existsSync(here) ? here : packageFile();
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigProblem('(file)', `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** The parser reads its file's name, and every variable, from process.env alone. */
function withEnvironment<Result>(values: Record<string, string>, action: () => Result): Result {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  try {
    return action();
  } finally {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
}

/** The parser names where (`/meter_provider/readers/0`), sometimes several times: the deepest place says most. */
function parserProblem(error: unknown): ConfigProblem {
  const message = error instanceof Error ? error.message : String(error);
  const faults = [...message.matchAll(/(?:^|[\s:])(\/[\w.~/-]*) ([^\n]+)/g)]
    .filter(([, path = '']) => !path.includes('.yaml') && !path.includes('.yml'))
    .map(([, path = '', fault = '']) => ({ path, fault }))
    .sort((left, right) => right.path.split('/').length - left.path.split('/').length);
  const [fault] = faults;
  if (fault === undefined)
    return new ConfigProblem(
      message.includes('file_format') ? 'file_format' : '(file)',
      withoutFile(message),
    );
  const key = fault.path
    .slice(1)
    .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replace(/\//g, '.')
    .replace(/~1/g, '/');
  return new ConfigProblem(key || '(file)', fault.fault);
}

function withoutFile(message: string): string {
  return message.replace(/^.*?:\s+(?=Unsupported|ENOENT|parse error)/, '').slice(0, 200);
}

/**
 * Reads the file strictly, then as OpenTelemetry does, variables substituted.
 * @throws ConfigProblem that names the key
 */
export function readConfigFile(file: string, env: NodeJS.ProcessEnv): ConfigurationModel {
  const text = readText(file);
  const derived = derivedVariables(text, env);
  preflight(text, { ...env, ...derived });
  try {
    return withEnvironment({ ...derived, OTEL_CONFIG_FILE: file }, () =>
      createConfigFactory().getConfigModel(),
    );
  } catch (error) {
    throw parserProblem(error);
  }
}

/** Where a refused value may have come from. */
export function variablesOf({ key }: ConfigProblem, file: string, env: NodeJS.ProcessEnv): string[] {
  return key === '(file)' ? [] : variablesBehind(key, readText(file), env);
}

/** Standard variables that are set but that this file does not take up. */
export function unusedVariables(file: string, env: NodeJS.ProcessEnv): string[] {
  return unusedIn(readText(file), env);
}
