/** The end of the process: what is queued is sent, nothing is held up, the application's exit stays its own. */
import { constants } from 'node:os';
import { describe, say } from './diagnostics';

const FLUSH_WITHIN_MS = 1_500;
/** How long an exit that nobody announced may be held up. */
const LAST_WITHIN_MS = 1_000;
/** A process that is PID 1 of a container survives its own default signals. */
const EXIT_AFTER_MS = 100;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

type StopSignal = (typeof SIGNALS)[number];

export interface Flushes {
  /** Sends what is queued. */
  flush(): Promise<void>;
  /** Sends what is left, blocking, when the process exits. */
  sendLast(withinMs: number): void;
}

/** Never rejects. Whether the timer holds the process: only where the process is about to be ended anyway. */
function flushWithin(flush: () => Promise<void>, holding: boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, FLUSH_WITHIN_MS);
    if (!holding) timer.unref();
    flush()
      .catch((error) => say(`the last flush failed: ${describe(error)}`))
      .finally(() => {
        clearTimeout(timer);
        resolve();
      });
  });
}

/** Telemetry's share of the end, however many steps the end has: signal, natural end, exit. */
class EndOfProcess {
  #deadline = Number.POSITIVE_INFINITY;

  constructor(private readonly flushes: Flushes) {}

  flush(holding: boolean): Promise<void> {
    this.#deadline = Math.min(this.#deadline, performance.now() + FLUSH_WITHIN_MS);
    return flushWithin(() => this.flushes.flush(), holding);
  }

  sendLast(): void {
    const withinMs = Math.min(LAST_WITHIN_MS, this.#deadline - performance.now());
    if (withinMs <= 0) return;
    try {
      this.flushes.sendLast(withinMs);
    } catch (error) {
      say(`the last spans were not sent: ${describe(error)}`);
    }
  }
}

function raise(signal: StopSignal): void {
  setTimeout(() => process.exit(128 + constants.signals[signal]), EXIT_AFTER_MS);
  process.kill(process.pid, signal);
}

function onSignal(signal: StopSignal, end: EndOfProcess): void {
  const stop = () => {
    // Decided now: a listener that was added with `once` is gone by the time the flush has ended.
    const applicationStops = process.listenerCount(signal) > 1;
    if (applicationStops) {
      void end.flush(false);
      return;
    }
    // From here on a second signal ends the process at once, as it would without telemetry.
    process.removeListener(signal, stop);
    void end.flush(true).then(() => raise(signal));
  };
  // First in line, before a `once` listener takes itself off.
  process.prependListener(signal, stop);
}

/**
 * Flushes at SIGINT, SIGTERM and at the natural end. An application with a listener of its own decides when and how it
 * exits; without one the signal is raised again after the flush, so that the exit status is the one it always has.
 * What came after that flush, and what a crash or `process.exit()` left, is sent while the process exits.
 */
export function flushAtEnd(flushes: Flushes): void {
  const end = new EndOfProcess(flushes);
  for (const signal of SIGNALS) onSignal(signal, end);
  process.once('beforeExit', () => void end.flush(false));
  process.once('exit', () => end.sendLast());
}

/** A line for the log where Node's own report of a crash is lost. It changes nothing about the crash. */
export function lastWordsOnCrash(): void {
  process.on('uncaughtExceptionMonitor', (error, origin) => {
    const name = error instanceof Error ? error.name : typeof error;
    say(`the application ends by an ${origin} (${name}); metrics since the last scrape are lost`);
  });
}
