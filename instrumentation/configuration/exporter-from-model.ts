import { readFileSync } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import {
  mergeHeadersConfig,
  type OtlpGrpcExporterConfigModel,
  type OtlpHttpExporterConfigModel,
  type SpanExporterConfigModel,
} from '@opentelemetry/configuration';
import type { OtlpProtocol, OtlpSettings, TlsSettings } from '../traces-settings';
import { ConfigProblem } from './preflight';
import { wholeNumber } from './whole-number';

const OWN = 'distribution.trader-observability.traces';
const EXPORTER = 'tracer_provider.processors[0].batch.exporter';
const GRPC_PACKAGE = '@opentelemetry/exporter-trace-otlp-grpc';
const PROTOCOLS: readonly OtlpProtocol[] = ['http/protobuf', 'http/json', 'grpc'];
const PEM_FILES = [
  ['ca', 'ca_file'],
  ['key', 'key_file'],
  ['cert', 'cert_file'],
] as const;

type Values = Readonly<Record<string, unknown>>;
type Exporter = NonNullable<OtlpHttpExporterConfigModel> | NonNullable<OtlpGrpcExporterConfigModel>;

interface Chosen {
  readonly exporter: Exporter;
  readonly path: string;
  readonly protocol: OtlpProtocol;
}

function protocolOf(own: Values, otherwise: OtlpProtocol): OtlpProtocol {
  const { protocol } = own;
  if (protocol === undefined || protocol === null || protocol === '') return otherwise;
  const found = PROTOCOLS.find((known) => known === protocol);
  if (found === undefined) throw new ConfigProblem(`${OWN}.protocol`, `is none of ${PROTOCOLS.join(', ')}`);
  return found;
}

function chosen(
  { otlp_http: http, otlp_grpc: grpc }: SpanExporterConfigModel,
  own: Values,
): Chosen | undefined {
  if (http && grpc) throw new ConfigProblem(EXPORTER, 'names two exporters, one is honoured');
  if (grpc) return { exporter: grpc, path: `${EXPORTER}.otlp_grpc`, protocol: protocolOf(own, 'grpc') };
  if (!http) return undefined;
  const protocol = protocolOf(own, http.encoding === 'json' ? 'http/json' : 'http/protobuf');
  return { exporter: http, path: `${EXPORTER}.otlp_http`, protocol };
}

/** gRPC is addressed by host and port; the path that HTTP needs is taken for what it is. */
function checkedEndpoint(endpoint: string, protocol: OtlpProtocol, path: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new ConfigProblem(`${path}.endpoint`, 'is not an http or https URL');
  if (protocol !== 'grpc') return endpoint;
  if (url.pathname !== '/' && url.pathname !== '/v1/traces')
    throw new ConfigProblem(`${path}.endpoint`, 'has a path, which gRPC cannot follow');
  return url.origin;
}

/** The package is the only one that is not installed with this one. */
function checkInstalled(protocol: OtlpProtocol): void {
  if (protocol !== 'grpc') return;
  try {
    require.resolve(GRPC_PACKAGE);
  } catch {
    throw new ConfigProblem(
      EXPORTER,
      `gRPC needs a package that is not installed: npm install ${GRPC_PACKAGE}`,
    );
  }
}

function headers(exporter: Exporter, path: string): Record<string, string> {
  const pairs = (exporter.headers_list ?? '').split(',').filter((pair) => pair.trim() !== '');
  if (pairs.some((pair) => !/^\s*[^=\s]+\s*=/.test(pair)))
    throw new ConfigProblem(`${path}.headers_list`, 'is not a list of name=value separated by commas');
  const merged = mergeHeadersConfig(exporter.headers, exporter.headers_list) ?? {};
  const own = new Set(exporter.headers?.map(({ name }) => name));
  for (const [name, value] of Object.entries(merged))
    checkHeader(name, value, `${path}.${own.has(name) ? 'headers' : 'headers_list'}`);
  return Object.freeze(merged);
}

/** Node would refuse it at every export. Neither name nor value is quoted: a misplaced comma makes a name of a secret. */
function checkHeader(name: string, value: string, key: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    throw new ConfigProblem(key, 'holds a name or a value that HTTP does not allow');
  }
}

function pem(file: string, key: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigProblem(key, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function tlsSettings(tls: Values, path: string): TlsSettings {
  const named = PEM_FILES.filter(([, key]) => typeof tls[key] === 'string' && tls[key] !== '');
  const read = Object.fromEntries(
    named.map(([name, key]) => [name, pem(tls[key] as string, `${path}.${key}`)]),
  );
  if ('key' in read !== 'cert' in read)
    throw new ConfigProblem(path, 'needs key_file and cert_file together');
  return Object.freeze(read);
}

function compressionOf({ compression }: Exporter, path: string): OtlpSettings['compression'] {
  if (compression && compression !== 'gzip' && compression !== 'none')
    throw new ConfigProblem(`${path}.compression`, 'is neither gzip nor none');
  return compression === 'gzip' ? 'gzip' : 'none';
}

/** @returns undefined when no endpoint is set */
export function otlpSettings(exporters: SpanExporterConfigModel, own: Values): OtlpSettings | undefined {
  const { exporter, path, protocol } = chosen(exporters, own) ?? {};
  if (!exporter?.endpoint || path === undefined || protocol === undefined) return undefined;
  const endpoint = checkedEndpoint(exporter.endpoint, protocol, path);
  checkInstalled(protocol);
  return {
    protocol,
    endpoint,
    headers: headers(exporter, path),
    compression: compressionOf(exporter, path),
    timeoutMs: wholeNumber(exporter as Values, 'timeout', 10_000, path),
    tls: tlsSettings((exporter.tls ?? {}) as Values, `${path}.tls`),
  };
}
