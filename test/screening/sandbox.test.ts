import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import { compileFilter } from '../../src/screening/filter-source';
import { FilterSandbox } from '../../src/screening/sandbox';
import { realmScript } from '../../src/screening/sandbox-source';
import { usedColumns } from '../../src/screening/used-columns';
import { BUILT } from '../support/filter-orders';

const realm = realmScript(BUILT);
const CAPACITY = 40;

function sandboxOf(code: string): FilterSandbox {
  const compiled = compileFilter(code);
  if (!compiled.ok) throw new Error(compiled.message);
  const sandbox = new FilterSandbox(realm, compiled.expression, usedColumns(code));
  const frame = sandbox.frame(0, '1m', CAPACITY);
  for (let index = 0; index < frame.length; index++) frame[index] = 100 + Math.sin(index);
  sandbox.place(0, 0, 30);
  sandbox.tickerScratch.set([1000, 110, 100, 120, 90, 5, 550]);
  return sandbox;
}

function evaluate(code: string) {
  const sandbox = sandboxOf(code);
  const verdict = ['no_match', 'match', 'error', 'bad_return'][sandbox.evaluate('BTCUSDT', 101)];
  sandbox.settle();
  return { verdict, message: sandbox.message(), conditions: sandbox.conditions() };
}

/** What an escape looks for, from whatever object it got hold of. */
const PROBE = `
const found = [];
const probe = (name, value) => {
  if (value === undefined || value === null) return;
  for (const make of [
    () => value.constructor.constructor('return process')(),
    () => value.constructor('return process')(),
    () => Object.getPrototypeOf(Object.getPrototypeOf(value)).constructor.constructor('return process')(),
    () => value.process, () => value.require, () => value.mainModule,
  ]) {
    try { const got = make(); if (got !== undefined && got !== null) found.push(name + ': ' + typeof got); } catch {}
  }
  const outside = (typeof value === 'object' || typeof value === 'function') && !(value instanceof Object)
    && Object.getPrototypeOf(value) !== null;
  if (outside) found.push(name + ' is of another realm');
};
`;
const REPORT = `; return { match: found.length > 0, conditions: found };`;

const WAYS: readonly (readonly [string, string])[] = [
  ['the ticker', 'probe("ticker", ticker); for (const k in ticker) probe(k, ticker[k])'],
  ['the timeframes', 'probe("timeframes", timeframes); probe("1m", timeframes["1m"])'],
  [
    'a column, its buffer and its iterator',
    'const c = timeframes["1m"].close; probe("c", c); probe("b", c.buffer); probe("i", c[Symbol.iterator]()); probe("e", c.entries().next())',
  ],
  [
    'the helpers and what they give',
    'for (const k in helpers) probe(k, helpers[k]); probe("rsi", helpers.rsi(timeframes["1m"]))',
  ],
  [
    'an error of a helper',
    'for (const k in helpers) try { helpers[k](null, -1, {}) } catch (e) { probe(k, e); probe("m", e.message) }',
  ],
  [
    'an error of the engine',
    'try { null.x } catch (e) { probe("e", e) } try { [].length = -1 } catch (e) { probe("r", e) } try { 1n + 1 } catch (e) { probe("b", e) }',
  ],
  [
    'an error of refused code',
    'try { Function("return 1")() } catch (e) { probe("e", e) } try { (0, globalThis.eval)("1") } catch (e) { probe("v", e) }',
  ],
  [
    'a stack overflow',
    'const f = () => f(); try { f() } catch (e) { probe("e", e) } let depth = 0; const g = () => { depth++; try { g() } catch (e) { probe("g", e); try { helpers.rsi(timeframes["1m"]) } catch (h) { probe("h", h) } try { new Error("x").stack } catch (s) { probe("s", s) } try { new Function("1") } catch (n) { probe("n", n) } } }; g()',
  ],
  [
    'an overflow while a stack is formatted',
    'const deep = () => deep(); const f = () => { try { f() } catch {} try { const e = new Error("x"); Object.defineProperty(e, "name", { value: { toString: deep } }); e.stack } catch (e) { probe("e", e) } }; f()',
  ],
  [
    'Error.prepareStackTrace',
    'Error.prepareStackTrace = (e, sites) => { probe("sites", sites); probe("site", sites[0]); found.push("called") }; new Error("x").stack; try { null.x } catch (e) { e.stack }',
  ],
  [
    'a replaced Error',
    'globalThis.Error = { stackTraceLimit: 10, prepareStackTrace(e, s) { found.push("called"); probe("s", s) } }; try { null.x } catch (e) { probe("st", e.stack) }',
  ],
  [
    'Error.captureStackTrace',
    'const o = {}; try { Error.captureStackTrace(o); probe("stack", o.stack) } catch {} Error.stackTraceLimit = 50; probe("st", new Error("x").stack)',
  ],
  [
    'a promise',
    'const p = Promise.resolve(1); probe("p", p); p.then(function () { probe("then", this); probe("caller", arguments.callee.caller) }); probe("c", Promise)',
  ],
  [
    'an async function',
    'const f = async () => {}; probe("f", f); probe("r", f()); try { f.constructor("return process")().then((p) => probe("p", p)) } catch (e) { probe("e", e) }',
  ],
  [
    'a generator',
    'const g = function* () {}; probe("g", g); probe("i", g()); try { probe("p", g.constructor("return process")().next().value) } catch (e) { probe("e", e) }',
  ],
  [
    'an async generator',
    'const g = async function* () {}; probe("g", g); try { g.constructor("yield process")() } catch (e) { probe("e", e) }',
  ],
  [
    'arguments.callee.caller',
    'probe("callee", arguments.callee); probe("caller", arguments.callee.caller); let c = arguments.callee; for (let i = 0; i < 9 && c; i++) { try { c = c.caller; probe("c" + i, c) } catch (e) { probe("e", e); break } }',
  ],
  [
    'this and globalThis',
    'probe("this", this); probe("g", globalThis); for (const k of Reflect.ownKeys(globalThis)) probe(String(k), globalThis[k]); probe("d", Object.getOwnPropertyDescriptors(globalThis)); probe("proto", Object.getPrototypeOf(globalThis))',
  ],
  [
    'global accessors and traps',
    'Object.defineProperty(globalThis, "x", { get() { probe("get", this); return 1 } }); x; probe("desc", Object.getOwnPropertyDescriptor(globalThis, "x")); Object.setPrototypeOf(Object.prototype, null)',
  ],
  [
    'Symbol.species',
    'class A extends Array { static get [Symbol.species]() { return function (n) { probe("this", this); probe("new", new.target); return [] } } } new A(1, 2).map((x) => x); probe("s", Float64Array[Symbol.species])',
  ],
  [
    'a Proxy over a helper',
    'const p = new Proxy(helpers.rsi, { apply(t, self, args) { probe("self", self); probe("args", args); return t(...args) } }); probe("p", p(timeframes["1m"]))',
  ],
  [
    'a callback of a built-in',
    'JSON.parse("[1]", function (k, v) { probe("this", this); return v }); [2, 1].sort(function () { probe("sort", this); return 0 }); "a".replace("a", function () { probe("replace", this); return "" })',
  ],
  ['the silent console', 'probe("console", console); probe("log", console.log); probe("r", console.log(1))'],
  [
    'weak references',
    'probe("w", globalThis.WeakRef); probe("f", globalThis.FinalizationRegistry); probe("s", globalThis.SharedArrayBuffer); probe("a", globalThis.Atomics); probe("wasm", globalThis.WebAssembly); probe("intl", globalThis.Intl)',
  ],
];

describe('the ways out of a context', () => {
  it.each(WAYS)('finds neither process nor another realm through %s', (_, code) => {
    const { verdict, conditions, message } = evaluate(`${PROBE}${code}${REPORT}`);
    expect({ conditions, message }).toEqual({ conditions: [], message: '' });
    expect(verdict).toBe('no_match');
  });

  it('would be seen: the probe finds an object of another realm', () => {
    const sandbox = sandboxOf(`${PROBE} probe('leak', globalThis.leak)${REPORT}`);
    const { context } = sandbox as unknown as { context: Record<string, unknown> };
    context.leak = {};
    expect(sandbox.evaluate('BTCUSDT', 1)).toBe(1);
    expect(sandbox.conditions()).toContain('leak: object');
  });

  it('offers no name of Node or of a browser', () => {
    const names = [
      'process',
      'require',
      'module',
      'Buffer',
      'setTimeout',
      'setImmediate',
      'queueMicrotask',
      'fetch',
      'eval',
    ];
    const code = `return { match: true, conditions: [${names.map((name) => `typeof ${name}`).join(', ')}] }`;
    expect(evaluate(code).conditions).toEqual(names.map(() => 'undefined'));
  });

  it('lets no result run code on the outside', () => {
    const trap =
      'new Proxy({}, { get(t, k) { return k === "match" ? true : new Proxy([], { get(u, i) { return i === "length" ? 3 : "x" } }) } })';
    expect(evaluate(`return ${trap}`)).toMatchObject({ verdict: 'match', conditions: ['x', 'x', 'x'] });
    expect(evaluate('let n = 0; return { get match() { return n++ === 0 ? true : "later" } }').verdict).toBe(
      'match',
    );
    expect(evaluate('return { get match() { throw { toString() { throw 1 } } } }').verdict).toBe('error');
  });

  it('keeps what one filter spoils from every other, and from the host', () => {
    evaluate(`Object.prototype.spoiled = 1; Function.prototype.call = null; Float64Array.prototype.fill = null;
      try { Array.prototype.map = null } catch {} globalThis.Math = null; globalThis.spoiled = 1; return false`);
    expect(
      evaluate('return ({}).spoiled === undefined && Math.max(1, 2) === 2 && [1].map((x) => x)[0] === 1')
        .verdict,
    ).toBe('match');
    expect(({} as Record<string, unknown>).spoiled).toBeUndefined();
    expect((globalThis as Record<string, unknown>).spoiled).toBeUndefined();
  });
});

describe('what a filter returns', () => {
  it.each([
    ['true', 'match'],
    ['false', 'no_match'],
    ['{ match: true }', 'match'],
    ['{ match: false, conditions: ["why not"] }', 'no_match'],
    ['{ match: true, conditions: [] }', 'match'],
    ['undefined', 'bad_return'],
    ['null', 'bad_return'],
    ['NaN', 'bad_return'],
    ['1', 'bad_return'],
    ['"true"', 'bad_return'],
    ['[]', 'bad_return'],
    ['{}', 'bad_return'],
    ['{ match: 1 }', 'bad_return'],
    ['{ match: true, conditions: "text" }', 'bad_return'],
    ['{ match: true, conditions: [1] }', 'bad_return'],
    ['{ match: true, conditions: null }', 'bad_return'],
    ['Promise.resolve(true)', 'bad_return'],
    ['(async () => true)()', 'bad_return'],
    ['() => true', 'bad_return'],
    ['new Boolean(true)', 'bad_return'],
  ])('%s is %s', (value, verdict) => {
    expect(evaluate(`return ${value}`).verdict).toBe(verdict);
  });

  it('says what was wrong with it', () => {
    expect(evaluate('return NaN').message).toBe('the filter returned NaN');
    expect(evaluate('').message).toBe('the filter returned undefined');
    expect(evaluate('return { match: 1 }').message).toBe(
      'the filter returned an object whose match is a number',
    );
    expect(evaluate('return Promise.resolve(true)').message).toBe(
      'the filter returned a promise: filters are synchronous',
    );
  });

  it('cuts conditions that are too many or too long', () => {
    const { conditions } = evaluate(
      'return { match: true, conditions: new Array(50).fill("x".repeat(500)) }',
    );
    expect(conditions).toHaveLength(20);
    expect(conditions[0]).toHaveLength(200);
  });
});

describe('what a filter throws', () => {
  it.each([
    ['null.x', "TypeError: Cannot read properties of null (reading 'x')"],
    ['throw "text"', 'threw text'],
    ['throw undefined', 'threw undefined'],
    ['throw Symbol("s")', 'threw Symbol(s)'],
    ['throw {}', 'threw an object'],
    ['throw { get message() { throw 1 } }', 'threw an object that cannot be read'],
    ['throw new Proxy({}, { get() { throw 1 } })', 'threw an object that cannot be read'],
  ])('%s is an error that is named', (code, message) => {
    expect(evaluate(code)).toMatchObject({ verdict: 'error', message });
  });

  it('is cut short', () => {
    expect(evaluate('throw new Error("x".repeat(5000))').message.length).toBeLessThanOrEqual(200);
  });
});

describe('what a filter is given', () => {
  it('the ticker, as the exchange’s strings and as numbers', () => {
    const fields = 's P c q'.split(' ').map((name) => `ticker.${name}`);
    expect(
      evaluate(`return { match: ticker.last === 110 && ticker.arrived, conditions: [${fields.join(', ')}] }`),
    ).toMatchObject({
      verdict: 'match',
      conditions: ['BTCUSDT', '10.000', '110', '550'],
    });
  });

  it('before the first ticker, the newest close and NaN', () => {
    const sandbox = sandboxOf(
      'return ticker.last === 77 && ticker.c === "77" && Number.isNaN(ticker.quoteVolume) && !ticker.arrived',
    );
    sandbox.tickerScratch.fill(0);
    expect(sandbox.evaluate('NEWUSDT', 77)).toBe(1);
  });

  it('sloppy mode, with globals of its own that last', () => {
    const sandbox = sandboxOf(
      'counter = (typeof counter === "undefined" ? 0 : counter) + 1; return counter === 2',
    );
    expect([sandbox.evaluate('A', 1), sandbox.evaluate('B', 1)]).toEqual([0, 1]);
  });

  it('columns that only name the candles of the symbol', () => {
    const sandbox = sandboxOf(
      'const t = timeframes["1m"]; return { match: true, conditions: [String(t.length), String(t.close.length), String(t.close[0])] }',
    );
    sandbox.frame(0, '1m', CAPACITY)[4 * CAPACITY + 7] = 42;
    sandbox.place(0, 7, 20);
    sandbox.evaluate('A', 1);
    expect(sandbox.conditions()).toEqual(['20', '20', '42']);
  });
});

describe('a sandbox that is made while another worker gets itself a collector', () => {
  it('has none itself', () => {
    setFlagsFromString('--expose-gc');
    const other = new Worker(
      `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30); require('node:v8').setFlagsFromString('--no-expose-gc')`,
      { eval: true },
    );
    expect(evaluate('return typeof gc === "undefined";')).toMatchObject({ verdict: 'match' });
    return new Promise((resolve) => other.once('exit', resolve));
  });
});
