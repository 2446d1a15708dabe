/** What the traces side runs on; decided once at the start, before any of it is loaded. */

export type SamplerSettings =
  | { readonly kind: 'always_on' | 'always_off' }
  | { readonly kind: 'ratio'; readonly ratio: number }
  | {
      readonly kind: 'parent_based';
      readonly root: SamplerSettings;
      readonly remoteParentSampled?: SamplerSettings;
      readonly remoteParentNotSampled?: SamplerSettings;
      readonly localParentSampled?: SamplerSettings;
      readonly localParentNotSampled?: SamplerSettings;
    };

export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc';

/** Contents of PEM files. */
export interface TlsSettings {
  readonly ca?: string;
  readonly key?: string;
  readonly cert?: string;
}

export interface OtlpSettings {
  readonly protocol: OtlpProtocol;
  /** Full URL, path included; with gRPC scheme, host and port. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  /** Of one batch, retries included. */
  readonly timeoutMs: number;
  readonly tls: TlsSettings;
}

/** Traces that the ratio passed over and that are exported none the less. */
export interface KeepSettings {
  readonly errors: boolean;
  /** Of the local root; 0: however long it takes, that is no reason. */
  readonly slowerThanMs: number;
}

export interface TracesSettings extends OtlpSettings {
  readonly scheduleDelayMs: number;
  readonly exportTimeoutMs: number;
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
  /** Characters of attributes, events and names that may wait, whatever the number of spans. */
  readonly maxQueuedCharacters: number;
  readonly keep: KeepSettings;
  readonly sampler: SamplerSettings;
  /** Characters of one text: attribute value, name, status. What is beyond is cut off. */
  readonly maxTextLength: number;
  /** Of the file's `limits` and `attribute_limits`; what is absent has the SDK's default. */
  readonly limits: Readonly<Partial<Record<SpanLimit, number>>>;
  readonly propagators: readonly ('tracecontext' | 'baggage')[];
}

export type SpanLimit =
  | 'attributeCountLimit'
  | 'eventCountLimit'
  | 'linkCountLimit'
  | 'attributePerEventCountLimit'
  | 'attributePerLinkCountLimit';
