import type { ControlChannel } from './control-channel';

export const BATCH_STREAMS = 150;
/** A control frame of 4,096 bytes is cut by the exchange; the rest is for method and id. */
export const BATCH_BYTES = 4000;

/** Splits streams so that each batch fits one control frame. */
export function batchesOf(streams: readonly string[]): string[][] {
  const batches: string[][] = [];
  let bytes = BATCH_BYTES;
  for (const stream of streams) {
    const size = Buffer.byteLength(JSON.stringify(stream)) + 1;
    const current = batches.at(-1);
    if (current && current.length < BATCH_STREAMS && bytes + size < BATCH_BYTES) {
      current.push(stream);
      bytes += size;
    } else {
      batches.push([stream]);
      bytes = size;
    }
  }
  return batches;
}

export interface SubscriptionListener {
  acknowledged(streams: readonly string[]): void;
  /** The exchange refused this one stream; it is not asked for again on this socket. */
  refused(stream: string, reason: string): void;
}

/** What one socket is subscribed to, and how it gets there. */
export class Subscription {
  readonly acknowledged = new Set<string>();
  private readonly refused = new Set<string>();
  private tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly channel: ControlChannel,
    private readonly listener: SubscriptionListener,
  ) {}

  /** Every wanted stream was answered, and no other is subscribed. */
  matches(wanted: ReadonlySet<string>): boolean {
    return this.missing(wanted).length === 0 && this.surplus(wanted).length === 0;
  }

  /** @param wanted may change meanwhile: what it holds last counts */
  sync(wanted: () => ReadonlySet<string>): Promise<void> {
    const synced = this.tail.then(() => this.converge(wanted));
    this.tail = synced.catch(() => undefined);
    return synced;
  }

  /** Asks again for streams that were acknowledged but gave nothing. */
  renew(streams: readonly string[], wanted: () => ReadonlySet<string>): Promise<void> {
    const renewed = this.tail.then(async () => {
      const held = streams.filter((stream) => this.acknowledged.has(stream));
      for (const batch of batchesOf(held)) await this.unsubscribe(batch);
      await this.converge(wanted);
    });
    this.tail = renewed.catch(() => undefined);
    return renewed;
  }

  private async converge(wanted: () => ReadonlySet<string>): Promise<void> {
    for (;;) {
      const [surplus] = batchesOf(this.surplus(wanted()));
      const [missing] = batchesOf(this.missing(wanted()));
      if (surplus) await this.unsubscribe(surplus);
      else if (missing) await this.subscribe(missing);
      else return;
    }
  }

  private async unsubscribe(batch: readonly string[]): Promise<void> {
    await this.channel.request('UNSUBSCRIBE', batch);
    for (const stream of batch) this.acknowledged.delete(stream);
  }

  /** One bad stream makes the exchange refuse its whole batch: halves are tried until it stands alone. */
  private async subscribe(batch: readonly string[]): Promise<void> {
    const { error } = await this.channel.request('SUBSCRIBE', batch);
    if (!error) {
      for (const stream of batch) this.acknowledged.add(stream);
      this.listener.acknowledged(batch);
    } else if (batch.length === 1) {
      this.refused.add(batch[0]!);
      this.listener.refused(batch[0]!, `${error.message} (code ${error.code})`);
    } else {
      const middle = batch.length >> 1;
      await this.subscribe(batch.slice(0, middle));
      await this.subscribe(batch.slice(middle));
    }
  }

  private missing(wanted: ReadonlySet<string>): string[] {
    return [...wanted].filter((stream) => !this.acknowledged.has(stream) && !this.refused.has(stream));
  }

  private surplus(wanted: ReadonlySet<string>): string[] {
    return [...this.acknowledged].filter((stream) => !wanted.has(stream));
  }
}
