/** Ground truth: what left the exchange. Frames are counted once per connection they went to. */
export class SentCounts {
  readonly framesByStream = new Map<string, number>();
  /** Events with `x: true`. */
  readonly closesByStream = new Map<string, number>();
  /** Trades that happened, by symbol, since the start. */
  readonly tradesBySymbol = new Map<string, number>();
  frames = 0;
  closes = 0;

  frame(stream: string, connections: number, closesCandle: boolean): void {
    this.frames += connections;
    add(this.framesByStream, stream, connections);
    if (!closesCandle) return;
    this.closes += connections;
    add(this.closesByStream, stream, connections);
  }

  trades(symbol: string, count: number): void {
    add(this.tradesBySymbol, symbol, count);
  }

  toJSON(): object {
    return {
      frames: this.frames,
      closes: this.closes,
      framesByStream: Object.fromEntries(this.framesByStream),
      closesByStream: Object.fromEntries(this.closesByStream),
      tradesBySymbol: Object.fromEntries(this.tradesBySymbol),
    };
  }
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
