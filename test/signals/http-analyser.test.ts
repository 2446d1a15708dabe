import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { AnalysisError } from '../../src/signals/analysis-error';
import { AnalysisQueue } from '../../src/signals/analysis-queue';
import { HttpAnalyser } from '../../src/signals/http-analyser';
import { logLines } from '../support/log-lines';
import { aSignal, signalMeter, someCandles, until } from '../support/signal-fixtures';

const KEY = 'sk-canary-1234567890';
const ANSWER = {
  decision: 'enter_trade',
  confidence: 0.7,
  reasoning: 'Oversold and turning.',
  key_levels: { support: [99], resistance: [130], stop: 98, target: 131 },
};
const completion = (content: unknown) =>
  JSON.stringify({ choices: [{ message: { role: 'assistant', content } }] });

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function analyserAgainst(respond: RequestListener): Promise<HttpAnalyser> {
  server = createServer(respond).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/v1/chat/completions?token=${KEY}`;
  return new HttpAnalyser({ url, model: 'model-x', apiKey: KEY }, { recentCandles: () => someCandles(80) });
}

const answering =
  (content: unknown): RequestListener =>
  (request, response) => {
    request.resume();
    response.end(completion(content));
  };
const analyse = (analyser: HttpAnalyser, abort = new AbortController().signal) =>
  analyser.analyse(aSignal(), abort);
const failureOf = (result: Promise<unknown>): Promise<AnalysisError> =>
  result.then(
    () => {
      throw new Error('it succeeded');
    },
    (error) => {
      expect(error).toBeInstanceOf(AnalysisError);
      return error;
    },
  );

describe('HttpAnalyser', () => {
  it('sends model, key, JSON format, conditions and real candles, and reads the answer', async () => {
    let [body, headers]: [string, IncomingHttpHeaders] = ['', {}];
    const analyser = await analyserAgainst(async (request, response) => {
      headers = request.headers;
      for await (const chunk of request) body += chunk;
      response.end(completion(JSON.stringify(ANSWER)));
    });
    const assessment = await analyse(analyser);
    const { key_levels: keyLevels, ...rest } = ANSWER;
    expect(assessment).toMatchObject({ ...rest, keyLevels });
    expect(assessment.technicalIndicators.rsi_14).toEqual(expect.any(Number));
    expect(headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'content-type': 'application/json' });
    const sent = JSON.parse(body);
    expect(sent).toMatchObject({ model: 'model-x', response_format: { type: 'json_object' } });
    const data = JSON.parse(sent.messages[1].content);
    expect(data.matched_conditions).toEqual(['RSI < 30', 'volume "high"']);
    expect(data.candles.rows).toHaveLength(60);
    expect(data.candles.rows.at(-1)[4]).toBe(someCandles(80).at(-1)?.close);
  });

  it.each([
    ['text instead of JSON', 'Enter now!', /not JSON/],
    ['an unknown decision', JSON.stringify({ ...ANSWER, decision: 'buy' }), /decision/],
    ['a confidence in percent', JSON.stringify({ ...ANSWER, confidence: 70 }), /confidence/],
    ['no levels', JSON.stringify({ ...ANSWER, key_levels: undefined }), /key_levels/],
    [
      'a level that is text',
      JSON.stringify({ ...ANSWER, key_levels: { ...ANSWER.key_levels, stop: '98' } }),
      /stop/,
    ],
    ['nothing', null, /content/],
  ])('refuses an answer with %s', async (_, content, reason) => {
    const failure = await failureOf(analyse(await analyserAgainst(answering(content))));
    expect(failure).toMatchObject({ failure: 'bad_answer', mayPass: true });
    expect(failure.message).toMatch(reason);
  });

  it.each([
    [401, false],
    [404, false],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
  ])('takes HTTP %i as an error that may pass: %s', async (status, mayPass) => {
    const analyser = await analyserAgainst((_, response) => response.writeHead(status).end(`no ${KEY}`));
    const failure = await failureOf(analyse(analyser));
    expect(failure).toMatchObject({ failure: 'http', mayPass });
    expect(failure.message).toContain(String(status));
  });

  it('follows no redirect: the key goes where the operator sent it', async () => {
    const analyser = await analyserAgainst((_, response) =>
      response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    );
    expect(await failureOf(analyse(analyser))).toMatchObject({ failure: 'network' });
  });

  it('reads no endless answer', async () => {
    const analyser = await analyserAgainst((_, response) => {
      const timer = setInterval(() => response.write('x'.repeat(100_000)), 1);
      response.on('close', () => clearInterval(timer));
    });
    expect(await failureOf(analyse(analyser))).toMatchObject({ failure: 'bad_answer' });
  });

  it('ends the request when it is aborted', async () => {
    let closed = false;
    const analyser = await analyserAgainst((_, response) => {
      response.on('close', () => {
        closed = true;
      });
      abort.abort();
    });
    const abort = new AbortController();
    await failureOf(analyse(analyser, abort.signal));
    await until(() => closed);
  });

  it('never lets the key or the address into a log line', async () => {
    const { log, text } = logLines();
    const answers = [
      (response: import('node:http').ServerResponse) => response.writeHead(401).end(KEY),
      (response: import('node:http').ServerResponse) => response.end(completion('nonsense')),
      (response: import('node:http').ServerResponse) => response.destroy(),
    ];
    const analyser = await analyserAgainst((request, response) => {
      request.resume();
      (answers.shift() ?? ((last) => last.writeHead(500).end()))(response);
    });
    const queue = new AnalysisQueue(
      analyser,
      { insert: async () => {} },
      { retryDelayMs: 1, concurrency: 1 },
      signalMeter().signal,
      log,
    );
    for (let count = 0; count < 3; count++) queue.submit(aSignal());
    await until(() => queue.pending() === 0);
    expect(text()).toContain('stays without analysis');
    expect(text()).not.toContain(KEY);
    expect(text()).not.toContain('chat/completions');
  });
});
