import type { Attributes, Observable, ObservableCallback } from '@opentelemetry/api';
import type { ObservedCallbacks } from './observed-callbacks';
import type { ObservedInstrument } from './observed-instrument';

/** What the application holds of an observed instrument: where it hangs its callbacks. */
export class GuardedObservable implements Observable {
  readonly #instrument: ObservedInstrument;

  constructor(
    instrument: ObservedInstrument,
    private readonly callbacks: ObservedCallbacks,
  ) {
    this.#instrument = instrument;
  }

  static instrumentOf(observable: unknown): ObservedInstrument | undefined {
    return observable instanceof GuardedObservable ? observable.#instrument : undefined;
  }

  static instrumentsOf(observables: readonly unknown[]): ReadonlySet<ObservedInstrument> {
    const own = observables.map((observable) => GuardedObservable.instrumentOf(observable));
    return new Set(own.filter((instrument) => instrument !== undefined));
  }

  addCallback(callback: ObservableCallback): void {
    const instrument = this.#instrument;
    this.callbacks.add(callback, new Set([instrument]), (isOpen) =>
      callback({
        observe: (value: number, attributes?: Attributes) => {
          if (isOpen()) instrument.observe(value, attributes);
        },
      }),
    );
  }

  removeCallback(callback: ObservableCallback): void {
    this.callbacks.remove(callback, new Set([this.#instrument]));
  }
}
