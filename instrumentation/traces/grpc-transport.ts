/** OTLP over gRPC, by the client of OpenTelemetry's exporter: a package of its own, loaded only here. */
import type { OtlpSettings, TlsSettings } from '../traces-settings';
import { requireOf } from './encoding';
import { type Answer, type ReadAnswer, TAKEN, TOO_LATE, type Transport } from './transport';

const METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
/** gRPC's status codes: those by which OTLP allows another attempt, and those that are about the way. */
const RETRYABLE = new Set([1, 4, 10, 11, 14, 15]);
const [CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE] = [1, 4, 14];
const NAMES =
  `OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED
  RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS
  UNAUTHENTICATED`.split(/\s+/);
/** The exporter's own client; the package has no public way to a client with a deadline for each attempt. */
const CLIENT = '@opentelemetry/otlp-grpc-exporter-base/build/src/grpc-exporter-transport';

interface GrpcError {
  readonly code?: unknown;
}

interface Client {
  send(
    body: Uint8Array,
    timeoutMs: number,
  ): Promise<{ readonly data?: Uint8Array; readonly error?: GrpcError }>;
  shutdown(): void;
}

interface Metadata {
  set(name: string, value: string): void;
}

interface GrpcBase {
  createOtlpGrpcExporterTransport(options: object): Client;
  createInsecureCredentials(): unknown;
  createSslCredentials(ca?: Buffer, key?: Buffer, cert?: Buffer): unknown;
  createEmptyMetadata(): Metadata;
}

function refusal({ code }: GrpcError): Answer {
  const number = typeof code === 'number' ? code : -1;
  const said = `it answered ${NAMES[number] ?? 'with an error'}`;
  if (number === UNAVAILABLE)
    return { taken: false, reason: 'unreachable', said: 'no connection (UNAVAILABLE)', retryable: true };
  if (number === DEADLINE_EXCEEDED || number === CANCELLED) return TOO_LATE;
  return { taken: false, reason: 'rejected', said, retryable: RETRYABLE.has(number) };
}

function credentials(base: GrpcBase, endpoint: string, tls: TlsSettings): unknown {
  if (endpoint.startsWith('http:')) return base.createInsecureCredentials();
  const [ca, key, cert] = [tls.ca, tls.key, tls.cert].map((pem) => (pem ? Buffer.from(pem) : undefined));
  return base.createSslCredentials(ca, key, cert);
}

function metadata(base: GrpcBase, headers: OtlpSettings['headers']): Metadata {
  const created = base.createEmptyMetadata();
  for (const [name, value] of Object.entries(headers)) created.set(name, value);
  return created;
}

export class GrpcTransport implements Transport {
  readonly #client: Client;

  constructor(
    { endpoint, compression, headers, tls }: OtlpSettings,
    private readonly readAnswer: ReadAnswer,
  ) {
    const base = requireOf('grpc', CLIENT) as GrpcBase;
    this.#client = base.createOtlpGrpcExporterTransport({
      address: new URL(endpoint).host,
      compression,
      credentials: () => credentials(base, endpoint, tls),
      metadata: () => metadata(base, headers),
      grpcName: 'TraceExportService',
      grpcPath: METHOD,
    });
  }

  async send(body: Uint8Array, withinMs: number): Promise<Answer> {
    const { data, error } = await this.#client.send(body, withinMs);
    if (error !== undefined) return refusal(error);
    try {
      return data === undefined ? TAKEN : this.readAnswer(data);
    } catch {
      return TAKEN;
    }
  }

  close(): void {
    this.#client.shutdown();
  }
}
