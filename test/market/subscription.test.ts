import { describe, expect, it } from '@jest/globals';
import { ControlChannel } from '../../src/market/control-channel';
import { Subscription } from '../../src/market/subscription';

interface Request {
  readonly method: string;
  readonly params: string[];
  readonly id: number;
}

/** An exchange that refuses a batch as a whole for one bad stream. */
function exchange(bad: string, intervalMs = 0) {
  const requests: Request[] = [];
  const sentMs: number[] = [];
  const refused: string[] = [];
  const channel: ControlChannel = new ControlChannel(
    (text) => {
      const request = JSON.parse(text) as Request;
      requests.push(request);
      sentMs.push(Date.now());
      const error = request.params.includes(bad)
        ? { code: 2, message: 'Invalid request: invalid stream' }
        : undefined;
      setImmediate(() => channel.answer({ id: request.id, error, result: null }));
    },
    { intervalMs, timeoutMs: 1000 },
    new AbortController().signal,
  );
  const subscription = new Subscription(channel, {
    acknowledged: () => undefined,
    refused: (stream, reason) => refused.push(`${stream}: ${reason}`),
  });
  return { requests, sentMs, refused, subscription };
}

describe('a subscription', () => {
  it('isolates the one stream that the exchange refuses and has all others', async () => {
    const { subscription, refused } = exchange('s17');
    const wanted = new Set(Array.from({ length: 200 }, (_, index) => `s${index}`));
    await subscription.sync(() => wanted);
    expect(refused).toEqual(['s17: Invalid request: invalid stream (code 2)']);
    expect(subscription.acknowledged.size).toBe(199);
    expect(subscription.matches(wanted)).toBe(true);
  });

  it('follows what is wanted, in numbered requests that keep their distance', async () => {
    const { subscription, requests, sentMs } = exchange('', 30);
    await subscription.sync(() => new Set(['a', 'b']));
    await subscription.sync(() => new Set(['b', 'c']));
    expect(requests).toEqual([
      { method: 'SUBSCRIBE', params: ['a', 'b'], id: 1 },
      { method: 'UNSUBSCRIBE', params: ['a'], id: 2 },
      { method: 'SUBSCRIBE', params: ['c'], id: 3 },
    ]);
    expect(sentMs.every((ms, index) => index === 0 || ms - sentMs[index - 1]! >= 25)).toBe(true);
  });

  it('fails when no answer comes, and does not wait for ever', async () => {
    const channel = new ControlChannel(
      () => undefined,
      { intervalMs: 0, timeoutMs: 20 },
      new AbortController().signal,
    );
    await expect(channel.request('SUBSCRIBE', ['a'])).rejects.toThrow('SUBSCRIBE was not answered in 0.02 s');
  });
});
