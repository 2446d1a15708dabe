/** What happened to the machine, for the event history: starts, stops, traders coming and going, reconnects. */
export interface MachineEvent {
  readonly id: string;
  readonly machineId: string;
  readonly type: string;
  readonly atMs: number;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}
