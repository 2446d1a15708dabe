/** Metrics of the Node runtime and its process as they stand on the page (`instrumentation/metrics/runtime-metrics.ts`). */

const GC_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

function delay(statistic: string) {
  return {
    name: `nodejs_eventloop_delay_${statistic}`,
    type: 'gauge' as const,
    unit: 's',
    labels: {},
    when: 'always' as const,
    help: `Event loop delay, ${statistic}, since the scrape before`,
  };
}

function heapSpace(name: string, help: string) {
  return {
    name,
    type: 'gauge' as const,
    unit: 'By',
    labels: { v8js_heap_space_name: 'open' as const },
    when: 'always' as const,
    help,
  };
}

export const RUNTIME_METRICS = [
  {
    name: 'nodejs_eventloop_utilization',
    type: 'gauge' as const,
    unit: '1',
    labels: {},
    when: 'always' as const,
    help: 'Share of time the event loop was busy',
  },
  {
    name: 'nodejs_eventloop_time_total',
    type: 'counter' as const,
    unit: 's',
    labels: { nodejs_eventloop_state: ['active', 'idle'] },
    when: 'always' as const,
    help: 'Time the event loop spent per state',
  },
  ...['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'].map(delay),
  {
    name: 'v8js_gc_duration',
    type: 'histogram' as const,
    unit: 's',
    labels: { v8js_gc_type: ['minor', 'major', 'incremental', 'weakcb'] },
    when: 'occurrence' as const,
    help: 'Garbage collections by kind',
    buckets: GC_SECONDS,
  },
  heapSpace('v8js_memory_heap_space_size', 'Size of a heap space'),
  heapSpace('v8js_memory_heap_used', 'Used part of a heap space'),
  heapSpace('v8js_memory_heap_space_available_size', 'Free part of a heap space'),
  heapSpace('v8js_memory_heap_space_physical_size', 'Committed part of a heap space'),
  {
    name: 'v8js_memory_heap_limit',
    type: 'gauge' as const,
    unit: 'By',
    labels: {},
    when: 'always' as const,
    help: 'What the heap may grow to: beyond it the process ends',
  },
  {
    name: 'process_resident_memory_bytes',
    type: 'gauge' as const,
    unit: 'By',
    labels: {},
    when: 'always' as const,
    help: 'Resident memory',
  },
  {
    name: 'process_cpu_seconds_total',
    type: 'counter' as const,
    unit: 's',
    labels: {},
    when: 'always' as const,
    help: 'User and system CPU time',
  },
  {
    name: 'v8js_resource_active',
    type: 'gauge' as const,
    unit: '{resource}',
    labels: { v8js_resource_type: 'open' as const },
    when: 'occurrence' as const,
    help: 'Resources that keep the event loop alive',
  },
];
