/**
 * Event loop, garbage collection, heap, memory and CPU of this process, under the names of OpenTelemetry's
 * conventions for Node and V8 (and, for the process, Prometheus'), read straight from Node: the package for it loads
 * fifty modules.
 */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Meter, MeterProvider } from '@opentelemetry/api';
import { observeHeap, recordCollections } from './heap-metrics';

const NS_PER_S = 1e9;
const US_PER_S = 1e6;
/** Fewer samples say nothing of a delay. */
const FEWEST_SAMPLES = 5;

type DelayHistogram = ReturnType<typeof monitorEventLoopDelay>;

const DELAYS: readonly (readonly [string, string, (delays: DelayHistogram) => number])[] = [
  ['min', 'Shortest', (delays) => delays.min],
  ['max', 'Longest', (delays) => delays.max],
  ['mean', 'Mean', (delays) => delays.mean],
  ['stddev', 'Standard deviation of the', (delays) => delays.stddev],
  ['p50', 'Median', (delays) => delays.percentile(50)],
  ['p90', '90th percentile of the', (delays) => delays.percentile(90)],
  ['p99', '99th percentile of the', (delays) => delays.percentile(99)],
];

/**
 * Two monitors take turns. The sample after a reset is lost to Node's histogram, and what blocks the loop may well be
 * the page itself: so the monitor that is read next was reset a page earlier, and nothing falls between two pages.
 */
class DelayMonitors {
  #next = monitorEventLoopDelay();
  #after = monitorEventLoopDelay();

  constructor() {
    this.#next.enable();
    this.#after.enable();
  }

  /** Does nothing while there is too little to tell. */
  read(take: (delays: DelayHistogram) => void): void {
    const delays = this.#next;
    if (delays.count < FEWEST_SAMPLES) return;
    take(delays);
    delays.reset();
    [this.#next, this.#after] = [this.#after, delays];
  }
}

function observeDelays(meter: Meter): void {
  const monitors = new DelayMonitors();
  const gauges = DELAYS.map(([name, what, read]) => {
    const description = `${what} event loop delay of the last two pages' time, the sampling period of 10 ms included`;
    return [
      meter.createObservableGauge(`nodejs_eventloop_delay_${name}`, { unit: 's', description }),
      read,
    ] as const;
  });
  meter.addBatchObservableCallback(
    (result) => {
      monitors.read((delays) => {
        for (const [gauge, read] of gauges) result.observe(gauge, read(delays) / NS_PER_S);
      });
    },
    gauges.map(([gauge]) => gauge),
  );
}

function observeUtilization(meter: Meter): void {
  let before = performance.eventLoopUtilization();
  meter
    .createObservableGauge('nodejs_eventloop_utilization', {
      unit: '1',
      description: 'Share of the time since the page before in which the event loop was busy',
    })
    .addCallback((result) => {
      const now = performance.eventLoopUtilization();
      result.observe(performance.eventLoopUtilization(now, before).utilization);
      before = now;
    });
  const description = 'Time the event loop has been active and idle';
  meter
    .createObservableCounter('nodejs_eventloop_time_total', { unit: 's', description })
    .addCallback((result) => {
      const { active, idle } = performance.eventLoopUtilization();
      result.observe(active / 1000, { nodejs_eventloop_state: 'active' });
      result.observe(idle / 1000, { nodejs_eventloop_state: 'idle' });
    });
}

function observeProcess(meter: Meter): void {
  meter
    .createObservableGauge('process_resident_memory_bytes', { unit: 'By', description: 'Resident memory' })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableCounter('process_cpu_seconds_total', {
      unit: 's',
      description: 'User and system CPU time',
    })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe((user + system) / US_PER_S);
    });
}

/** Timers, sockets, requests: whatever keeps the process from ending. */
function observeResources(meter: Meter): void {
  const description = 'Resources that keep the event loop alive, by type';
  meter
    .createObservableGauge('v8js_resource_active', { unit: '{resource}', description })
    .addCallback((result) => {
      const counts = new Map<string, number>();
      for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
      for (const [type, count] of counts) result.observe(count, { v8js_resource_type: type });
    });
}

export function startRuntimeMetrics(provider: MeterProvider): void {
  const meter = provider.getMeter('trader-observability.runtime');
  observeDelays(meter);
  observeUtilization(meter);
  recordCollections(meter);
  observeHeap(meter);
  observeProcess(meter);
  observeResources(meter);
}
