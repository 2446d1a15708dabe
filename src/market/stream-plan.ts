/**
 * Which connection carries which stream. A stream never moves while it is wanted, so that a change of the universe
 * touches only what changed. New streams go to the emptiest connection: a connection with few streams may be silent
 * for long, and silence is how a dead one is told.
 */
export class StreamPlan {
  private readonly shards = new Map<number, Set<string>>();
  private readonly shardByStream = new Map<string, number>();
  private lastShard = 0;

  constructor(private readonly maxStreams: number) {}

  /** Streams per connection, by the connection's lasting number. */
  get connections(): ReadonlyMap<number, ReadonlySet<string>> {
    return this.shards;
  }

  connectionOf(stream: string): number | undefined {
    return this.shardByStream.get(stream);
  }

  setStreams(streams: ReadonlySet<string>): void {
    for (const stream of [...this.shardByStream.keys()]) if (!streams.has(stream)) this.remove(stream);
    const needed = Math.ceil(streams.size / this.maxStreams);
    while (this.shards.size < needed) this.shards.set(++this.lastShard, new Set());
    for (const stream of streams) if (!this.shardByStream.has(stream)) this.place(stream);
    for (const [shard, held] of this.shards) if (held.size === 0) this.shards.delete(shard);
  }

  private remove(stream: string): void {
    const shard = this.shardByStream.get(stream)!;
    this.shardByStream.delete(stream);
    this.shards.get(shard)!.delete(stream);
  }

  private place(stream: string): void {
    let [emptiest] = this.shards.entries();
    for (const entry of this.shards) if (entry[1].size < emptiest![1].size) emptiest = entry;
    emptiest![1].add(stream);
    this.shardByStream.set(stream, emptiest![0]);
  }
}
