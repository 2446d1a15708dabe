/** Garbage collection and heap of this process, under the names of OpenTelemetry's conventions for V8. */
import {
  constants,
  type NodeGCPerformanceDetail,
  type PerformanceEntry,
  PerformanceObserver,
} from 'node:perf_hooks';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { Meter } from '@opentelemetry/api';

const GC_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const GC_TYPES = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

export function recordCollections(meter: Meter): void {
  const durations = meter.createHistogram('v8js_gc_duration', {
    unit: 's',
    description: 'Duration of garbage collections by kind: major, minor, incremental or weakcb',
    advice: { explicitBucketBoundaries: GC_BUCKETS },
  });
  const labels = new Map([...GC_TYPES].map(([kind, type]) => [kind, Object.freeze({ v8js_gc_type: type })]));
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as CollectionEntry[])
      durations.record(entry.duration / 1000, labels.get(entry.detail.kind ?? -1));
  });
  observer.observe({ entryTypes: ['gc'] });
}

type CollectionEntry = PerformanceEntry & { readonly detail: NodeGCPerformanceDetail };

const SPACE_LEVELS = [
  ['v8js_memory_heap_space_size', 'space_size', 'Memory reserved for a heap space'],
  ['v8js_memory_heap_used', 'space_used_size', 'Memory in use in a heap space'],
  ['v8js_memory_heap_space_available_size', 'space_available_size', 'Memory available in a heap space'],
  ['v8js_memory_heap_space_physical_size', 'physical_space_size', 'Committed memory of a heap space'],
] as const;

export function observeHeap(meter: Meter): void {
  const gauges = SPACE_LEVELS.map(
    ([name, field, description]) =>
      [meter.createObservableGauge(name, { unit: 'By', description }), field] as const,
  );
  meter.addBatchObservableCallback(
    (result) => {
      for (const space of getHeapSpaceStatistics())
        for (const [gauge, field] of gauges)
          result.observe(gauge, space[field], { v8js_heap_space_name: space.space_name });
    },
    gauges.map(([gauge]) => gauge),
  );
  const description = 'What the heap may grow to: beyond it the process ends';
  meter
    .createObservableGauge('v8js_memory_heap_limit', { unit: 'By', description })
    .addCallback((result) => result.observe(getHeapStatistics().heap_size_limit));
}
