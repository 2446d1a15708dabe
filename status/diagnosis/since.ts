import type { TraderReading } from '../samples/reading';
import type { View } from './view';
import { clockTime } from './words';

/**
 * Since when a trader gets no verdict at all: " since 12:03 UTC", or nothing where the history does not reach back to
 * an execution that did, and it evaluated something since the start.
 */
export function failingSince(view: View, trader: TraderReading): string {
  if (trader.evaluated === 0) return neverBefore(view, trader);
  const { readings } = view;
  for (let index = readings.length - 1; index > 0; index--) {
    const [earlier, later] = [
      readings[index - 1]!.traders.get(trader.id),
      readings[index]!.traders.get(trader.id),
    ];
    if (!earlier || !later) return '';
    if (later.evaluated === earlier.evaluated) continue;
    return index === readings.length - 1 ? '' : ` since ${clockTime(readings[index]!.machineMs)}`;
  }
  return '';
}

/** It never evaluated anything: since its first execution, which the history may or may not have seen. */
function neverBefore({ readings, now }: View, { id, executions }: TraderReading): string {
  const first = readings.find(({ traders }) => (traders.get(id)?.executions ?? 0) > 0);
  if (first && first !== readings[0]) return ` since ${clockTime(first.machineMs)}`;
  return executions > 1 && now.startedMs !== null
    ? ` since the machine started at ${clockTime(now.startedMs)}`
    : '';
}
