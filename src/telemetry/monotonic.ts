/**
 * Epoch ms with fractions on a clock that no correction of the system's clock moves. All threads of a process share it:
 * what a worker reports can be set beside what main saw. It parts from the wall clock over a sleep of the machine.
 */
export function monotonicNowMs(): number {
  return performance.timeOrigin + performance.now();
}
