/** The part of OpenTelemetry's configuration schema 1.1 that is honoured here. */

/** A value, a list of one shape, or a map of named shapes. */
export type Shape = 'value' | readonly [Shape] | { readonly [key: string]: Shape };

const V = 'value';

const ROOT_SAMPLER: Shape = { always_on: {}, always_off: {}, trace_id_ratio_based: { ratio: V } };

const SAMPLER: Shape = {
  ...(ROOT_SAMPLER as object),
  parent_based: {
    root: ROOT_SAMPLER,
    remote_parent_sampled: ROOT_SAMPLER,
    remote_parent_not_sampled: ROOT_SAMPLER,
    local_parent_sampled: ROOT_SAMPLER,
    local_parent_not_sampled: ROOT_SAMPLER,
  },
};

const PROMETHEUS: Shape = { host: V, port: V, scope_info_enabled: V, 'target_info_enabled/development': V };

const SERIES_LIMITS: Shape = {
  default: V,
  counter: V,
  gauge: V,
  histogram: V,
  observable_counter: V,
  observable_gauge: V,
  observable_up_down_counter: V,
  up_down_counter: V,
};

const OTLP_GRPC: Shape = {
  endpoint: V,
  headers: [{ name: V, value: V }],
  headers_list: V,
  compression: V,
  timeout: V,
  tls: { ca_file: V, key_file: V, cert_file: V },
};

const OTLP_HTTP: Shape = { ...OTLP_GRPC, encoding: V };

const BATCH: Shape = {
  schedule_delay: V,
  export_timeout: V,
  max_queue_size: V,
  max_export_batch_size: V,
  exporter: { otlp_http: OTLP_HTTP, otlp_grpc: OTLP_GRPC },
};

export const HONOURED: Shape = {
  file_format: V,
  disabled: V,
  log_level: V,
  attribute_limits: { attribute_value_length_limit: V, attribute_count_limit: V },
  resource: { attributes: [{ name: V, value: V, type: V }], attributes_list: V, schema_url: V },
  propagator: { composite: [{ tracecontext: {}, baggage: {} }], composite_list: V },
  meter_provider: {
    exemplar_filter: V,
    readers: [
      { pull: { exporter: { 'prometheus/development': PROMETHEUS }, cardinality_limits: SERIES_LIMITS } },
    ],
  },
  tracer_provider: {
    processors: [{ batch: BATCH }],
    sampler: SAMPLER,
    limits: {
      attribute_value_length_limit: V,
      attribute_count_limit: V,
      event_count_limit: V,
      link_count_limit: V,
      event_attribute_count_limit: V,
      link_attribute_count_limit: V,
    },
  },
  distribution: {
    'trader-observability': {
      page_max_age: V,
      collect_timeout: V,
      series_linger: V,
      traces: {
        exporter: V,
        protocol: V,
        sampler: V,
        sampler_arg: V,
        keep_errors: V,
        keep_slower_than: V,
        max_queued_characters: V,
      },
      series_lifetimes: [{ label: V, lives_in: V, except: [V] }],
    },
  },
};

/** Settings that OpenTelemetry knows and we do not follow: refused by name rather than ignored. */
export const NOT_HONOURED: ReadonlySet<string> = new Set(
  `logger_provider instrumentation/development views meter_configurator/development
  tracer_configurator/development periodic producers resource_constant_labels translation_strategy simple console
  otlp_file/development insecure id_generator detection/development b3 b3multi jaeger_remote/development
  composite/development probability/development`.split(/\s+/),
);
