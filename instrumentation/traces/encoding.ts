import { createRequire } from 'node:module';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { OtlpProtocol } from '../traces-settings';
import { TAKEN, type Taken } from './transport';

interface Serializer {
  serializeRequest(spans: readonly ReadableSpan[]): Uint8Array | undefined;
  deserializeResponse(body: Uint8Array): {
    readonly partialSuccess?: { readonly rejectedSpans?: unknown } | null;
  };
}

interface Transformer {
  readonly ProtobufTraceSerializer: Serializer;
  readonly JsonTraceSerializer: Serializer;
}

export interface Encoding {
  readonly contentType: string;
  encode(spans: readonly ReadableSpan[]): Uint8Array;
  readAnswer(body: Uint8Array): Taken;
}

/** OpenTelemetry's serializers, from the dependencies of the exporter that the protocol calls for. */
const EXPORTERS: Readonly<Record<OtlpProtocol, () => string>> = {
  'http/protobuf': () => require.resolve('@opentelemetry/exporter-trace-otlp-proto'),
  'http/json': () => require.resolve('@opentelemetry/exporter-trace-otlp-http'),
  grpc: () => require.resolve('@opentelemetry/exporter-trace-otlp-grpc'),
};

/** Loads what an exporter depends on, without the exporter. */
export function requireOf(protocol: OtlpProtocol, dependency: string): unknown {
  return createRequire(EXPORTERS[protocol]())(dependency);
}

export function encodingOf(protocol: OtlpProtocol): Encoding {
  const transformer = requireOf(protocol, '@opentelemetry/otlp-transformer') as Transformer;
  const json = protocol === 'http/json';
  const serializer = json ? transformer.JsonTraceSerializer : transformer.ProtobufTraceSerializer;
  return {
    contentType: json ? 'application/json' : 'application/x-protobuf',
    encode(spans) {
      const body = serializer.serializeRequest(spans);
      if (body === undefined) throw new TypeError('the spans cannot be encoded');
      return body;
    },
    readAnswer(body) {
      if (body.length === 0) return TAKEN;
      const { partialSuccess } = serializer.deserializeResponse(body) ?? {};
      const rejected = Number(partialSuccess?.rejectedSpans ?? 0);
      return { taken: true, rejectedSpans: rejected > 0 ? rejected : 0 };
    },
  };
}
