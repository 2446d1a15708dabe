/** The thread behind the status page: reads the machine's own metrics and posts what there is to show. */
import { parentPort, workerData } from 'node:worker_threads';
import { Observer } from './observer';
import { Rhythm } from './rhythm';
import { ScrapeFailed, scrape } from './scrape';

interface Start {
  readonly bearerToken?: string;
  readonly looking: boolean;
}

type Message =
  | { readonly kind: 'pace'; readonly looking: boolean }
  | { readonly kind: 'address'; readonly url?: string };

const NOWHERE =
  'No metrics are served: the machine was started without telemetry, or its metrics port is not open yet.';

const start = workerData as Start;
const encoder = new TextEncoder();
// A clock that was set does not show: times are differences for whoever reads them.
const observer = new Observer(Date.now().toString(36), () => performance.timeOrigin + performance.now());
const rhythm = new Rhythm(look, start.looking);
let url: string | undefined;
let addressed: (() => void) | undefined;

parentPort?.on('message', (message: Message) => {
  if (message.kind === 'pace') return rhythm.watch(message.looking);
  url = message.url;
  addressed?.();
});
rhythm.start();

async function look(): Promise<void> {
  if (url === undefined) await askAddress();
  const { state, sentences } = await observe();
  const bytes = encoder.encode(JSON.stringify(state));
  parentPort?.postMessage({ kind: 'update', id: state.id, state: bytes, sentences }, [bytes.buffer]);
}

async function observe() {
  if (url === undefined) return observer.miss(NOWHERE);
  try {
    return observer.read(await scrape(url, start.bearerToken));
  } catch (error) {
    const { message } = error as Error;
    return observer.miss(
      error instanceof ScrapeFailed ? message : `The metrics are not understood: ${message}.`,
    );
  }
}

/** Only main knows where its metrics are; it may not be known yet when this thread begins. */
function askAddress(): Promise<void> {
  return new Promise((resolve) => {
    addressed = resolve;
    parentPort?.postMessage({ kind: 'where' });
  });
}
