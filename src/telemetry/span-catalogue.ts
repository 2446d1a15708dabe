/** Every span of the trader and what it carries: the reference that `docs/traces.md` is held against. */
import {
  ANALYSIS_FAILURES,
  CONNECT_FAILURES,
  EXECUTION_ERROR_TYPES,
  PERSIST_ERROR_TYPES,
} from './label-values';
import type { SpanDefinition } from './span-definition';

const STEP_FAILURES = [...PERSIST_ERROR_TYPES.filter((type) => type !== 'queue_overflow'), 'stopped'];
const REST_FAILURES = ['network', 'timeout', 'body', 'status'];
const HTTP_FAILURES = ['network', 'timeout', 'body', 'bad_answer', 'stopped', 'shutdown', 'the HTTP status'];

export const SPANS = {
  'machine.startup': {
    help: 'From the first step until the machine screens',
    attributes: { 'machine.id': 'the machine', 'startup.traders': 'traders loaded' },
    errorTypes: STEP_FAILURES,
  },
  'machine.startup.*': {
    parent: 'machine.startup',
    help: 'One step of it, every failed try included: health, database, traders, workers, market, matches, intervals, screening, analyses',
    attributes: { 'startup.tries': 'tries it took' },
    errorTypes: STEP_FAILURES,
  },
  'exchange.connect': {
    parent: '…',
    help: 'One attempt to open a connection to the exchange and to subscribe its streams',
    attributes: {
      'exchange.connection': 'number of the connection, from 1',
      'exchange.streams': 'streams it is to carry',
      'exchange.cause': 'first, reconnect or renewal',
    },
    errorTypes: CONNECT_FAILURES,
  },
  'market.backfill': {
    parent: '…',
    help: 'History of one interval over REST, for all symbols that lack some',
    attributes: {
      'market.interval': 'interval of the candles',
      'market.symbols': 'symbols that were asked for',
      'market.candles': 'candles received',
      'market.failures': 'requests that failed, most of them repeated',
    },
    errorTypes: REST_FAILURES,
  },
  'screening.cycle': {
    help: 'One interval boundary: every trader of the interval over every symbol',
    attributes: {
      'screening.interval': 'interval whose boundary it is',
      'screening.boundary': 'the boundary, epoch ms',
      'screening.traders': 'traders to run',
      'screening.symbols': 'symbols that are subscribed',
    },
    errorTypes: [],
  },
  'filter.execute': {
    parent: 'screening.cycle',
    help: 'One trader: from the order to the worker until its verdicts are counted and its signals queued',
    attributes: {
      'trader.id': 'the trader',
      'trader.name': 'its name',
      'screening.interval': 'its interval',
      'symbols.watched': 'symbols it was to screen',
      'symbols.evaluated': 'those that got a verdict',
      'symbols.skipped': 'those that got none',
      'symbols.matched': 'those that match',
      'symbols.new': 'those that did not match in the screening before: its signals',
      'data.age_seconds': 'age of the newest closed candle at the decision; absent where there was none',
      'worker.slot': 'slot of the worker that ran it; absent where none was asked',
    },
    errorTypes: EXECUTION_ERROR_TYPES,
  },
  'filter.queue': {
    ...{ parent: 'filter.execute', attributes: {}, errorTypes: [] },
    help: 'The wait for a free worker',
  },
  'filter.compile': {
    parent: 'filter.execute',
    help: "Compiling the filter, by the worker's clock; absent where the worker had done so before",
    attributes: {},
    errorTypes: ['compile'],
  },
  'filter.run': {
    parent: 'filter.execute',
    help: "Running the filter over the symbols, by the worker's clock",
    attributes: {},
    errorTypes: EXECUTION_ERROR_TYPES.filter((type) => type !== 'compile' && type !== 'missing_data'),
  },
  'signals.persist': {
    links: "the `filter.execute` of each of the batch's signals",
    help: 'One attempt to store a batch of signals',
    attributes: {
      'signals.rows': 'signals in the batch',
      'signals.attempt': '1 for the first, counted up until a batch goes through',
      'signals.stored': 'signals the database acknowledged',
      'signals.dropped': 'signals the database will never take',
      'signals.outcome': 'stored, partial or failed',
    },
    errorTypes: STEP_FAILURES.filter((type) => type !== 'stopped'),
  },
  'signal.analyze': {
    links: 'the `signals.persist` that stored the signal and the `filter.execute` that found it',
    help: "One signal's analysis, every try included, until it is stored",
    attributes: {
      'signal.id': 'the signal',
      'trader.id': 'its trader',
      'signal.symbol': 'its symbol',
      'signal.interval': 'its interval',
      'analysis.model': 'who analysed it',
      'analysis.wait_seconds': 'time it waited for its turn',
    },
    errorTypes: ANALYSIS_FAILURES.filter((type) => type !== 'queue_full'),
  },
  '<operation> <table>': {
    parent: '…',
    help: 'One statement to Postgres, as in `INSERT signals`; only as part of another span',
    attributes: {
      'db.system.name': '`postgresql`',
      'db.namespace': 'the database',
      'db.operation.name': 'first word of the statement',
      'db.collection.name': 'its table',
      'db.query.text': 'the statement with `?` for every literal; parameters never',
      'db.response.status_code': 'SQLSTATE of a refusal',
      'server.address': 'host of the database',
      'server.port': 'its port',
    },
    errorTypes: STEP_FAILURES.filter((type) => type !== 'stopped'),
  },
  '<HTTP method>': {
    parent: '…',
    help: 'One request: `GET` to the exchange, `POST` to the analysis service, which gets the `traceparent` header',
    attributes: {
      'http.request.method': 'the method',
      'http.response.status_code': 'status of the answer',
      'url.full': 'address with `REDACTED` for whatever may be a secret',
      'server.address': 'host',
      'server.port': 'port',
    },
    errorTypes: HTTP_FAILURES,
  },
} as const satisfies Record<string, SpanDefinition>;

export type SpanKey = keyof typeof SPANS;

/** Attributes of one span: a key that the catalogue does not name is a compile error. */
export type SpanAttributes<Key extends SpanKey> = {
  [Name in keyof (typeof SPANS)[Key]['attributes']]?: string | number;
};
