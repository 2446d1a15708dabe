import {
  type Attributes,
  type BatchObservableCallback,
  type Counter,
  createNoopMeter,
  type Gauge,
  type Histogram,
  type Meter,
  type MetricOptions,
  type Observable,
  type UpDownCounter,
} from '@opentelemetry/api';
import { sayOncePerMinute } from '../diagnostics';
import type { AttributeGuard } from './attribute-guard';
import type { ExemplarFilter } from './exemplars';
import { GuardedHistogram } from './guarded-histogram';
import { GuardedCounter, GuardedGauge, GuardedUpDownCounter } from './guarded-instruments';
import { type InstrumentKind, type MetricNames, pageName } from './metric-names';
import { GuardedObservable } from './observable';
import type { ObservedCallbacks } from './observed-callbacks';
import { ObservedInstrument } from './observed-instrument';
import type { RecordedInstruments } from './recorded-instrument';
import type { Rejections } from './rejections';
import { type SafeOptions, safeOptions } from './safe-options';
import { SeriesGuard } from './series-guard';

export type SeriesLimits = Readonly<Record<InstrumentKind, number>>;

/** What a meter is made of. */
export interface MeterParts {
  readonly names: MetricNames;
  readonly attributes: AttributeGuard;
  readonly callbacks: ObservedCallbacks;
  readonly recorded: RecordedInstruments;
  readonly rejections: Rejections;
  readonly limits: SeriesLimits;
  /** Absent where there is no tracing. */
  readonly exemplarOf?: ExemplarFilter | undefined;
}

/**
 * The meter an application gets, one for all scopes: the page has no scopes. Synchronous instruments keep what is
 * recorded, observable ones are read at each collection. An instrument that would spoil the page is refused: the
 * application gets one that does nothing.
 */
export class GuardedMeter implements Meter {
  readonly #made = new Map<string, { readonly identity: string; readonly instrument: unknown }>();
  readonly #noop = createNoopMeter();

  constructor(private readonly parts: MeterParts) {}

  createCounter = <A extends Attributes>(name: string, options?: MetricOptions): Counter<A> =>
    this.#make('counter', name, options, this.#noop.createCounter(''), (page, safe, series) =>
      this.parts.recorded.add(new GuardedCounter(page, safe, series, this.parts.exemplarOf)),
    );

  createUpDownCounter = <A extends Attributes>(name: string, options?: MetricOptions): UpDownCounter<A> =>
    this.#make('upDownCounter', name, options, this.#noop.createUpDownCounter(''), (page, safe, series) =>
      this.parts.recorded.add(new GuardedUpDownCounter(page, safe, series)),
    );

  createGauge = <A extends Attributes>(name: string, options?: MetricOptions): Gauge<A> =>
    this.#make('gauge', name, options, this.#noop.createGauge(''), (page, safe, series) =>
      this.parts.recorded.add(new GuardedGauge(page, safe, series)),
    );

  createHistogram = <A extends Attributes>(name: string, options?: MetricOptions): Histogram<A> =>
    this.#make('histogram', name, options, this.#noop.createHistogram(''), (page, safe, series) =>
      this.parts.recorded.add(new GuardedHistogram(page, safe, series, this.parts.exemplarOf)),
    );

  createObservableCounter = <A extends Attributes>(name: string, options?: MetricOptions): Observable<A> =>
    this.#observable('observableCounter', name, options);

  createObservableUpDownCounter = <A extends Attributes>(
    name: string,
    options?: MetricOptions,
  ): Observable<A> => this.#observable('observableUpDownCounter', name, options);

  createObservableGauge = <A extends Attributes>(name: string, options?: MetricOptions): Observable<A> =>
    this.#observable('observableGauge', name, options);

  addBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    const targets = GuardedObservable.instrumentsOf(observables);
    this.parts.callbacks.add(callback, targets, (isOpen) =>
      callback({
        observe: (observable: Observable, value: number, attributes?: Attributes) => {
          const target = GuardedObservable.instrumentOf(observable);
          if (isOpen() && target !== undefined && targets.has(target)) target.observe(value, attributes);
        },
      }),
    );
  }

  removeBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    this.parts.callbacks.remove(callback, GuardedObservable.instrumentsOf(observables));
  }

  #observable<A extends Attributes>(
    kind: 'observableCounter' | 'observableUpDownCounter' | 'observableGauge',
    name: string,
    options: MetricOptions | undefined,
  ): Observable<A> {
    return this.#make(kind, name, options, this.#noop.createObservableGauge(''), (page, safe, series) => {
      const type = kind === 'observableCounter' ? 'counter' : 'gauge';
      const definition = { name: page, help: safe.description, unit: safe.unit, type } as const;
      const instrument = new ObservedInstrument(definition, series);
      this.parts.callbacks.addInstrument(instrument);
      return new GuardedObservable(instrument, this.parts.callbacks);
    });
  }

  /** The same definition twice gives the same instrument: two would be two series of one name. */
  #make<Instrument>(
    kind: InstrumentKind,
    name: string,
    options: MetricOptions | undefined,
    refused: Instrument,
    create: (page: string, options: SafeOptions, series: SeriesGuard) => Instrument,
  ): Instrument {
    const safe = safeOptions(options);
    const identity = `${kind} ${safe.unit} ${safe.valueType}`;
    const page = pageName(String(name), kind);
    const made = this.#made.get(page);
    if (made?.identity === identity) return made.instrument as Instrument;
    const objection = this.parts.names.claim(name, kind);
    if (objection !== undefined) return this.#refuse(String(name), objection, refused);
    const { attributes, limits, rejections } = this.parts;
    const instrument = create(page, safe, new SeriesGuard(page, limits[kind], attributes, rejections));
    this.#made.set(page, { identity, instrument });
    return instrument;
  }

  #refuse<Instrument>(name: string, objection: string, refused: Instrument): Instrument {
    this.parts.rejections.rejected('name');
    sayOncePerMinute(
      `instrument ${name.slice(0, 100)}`,
      `the instrument "${name.slice(0, 100)}" is refused and records nothing: ${objection}`,
    );
    return refused;
  }
}
