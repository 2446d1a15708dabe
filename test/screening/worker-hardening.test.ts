import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import { WORKER_FILE } from '../support/filter-orders';

/** What code finds that got hold of an object of the worker's own realm. */
const PROBE = `
const { parentPort } = require('node:worker_threads');
require(${JSON.stringify(WORKER_FILE)});
const attempt = (name, make) => { try { return name + ': ' + typeof make(); } catch (error) { return name + ': ' + error.name; } };
parentPort.postMessage([
  attempt('Function', () => ({}).constructor.constructor('return 1')),
  attempt('AsyncFunction', () => (async () => {}).constructor('return 1')),
  attempt('GeneratorFunction', () => (function* () {}).constructor('return 1')),
  attempt('AsyncGeneratorFunction', () => (async function* () {}).constructor('return 1')),
  attempt('process', () => globalThis.process),
  attempt('eval', () => globalThis.eval),
  attempt('WebAssembly', () => globalThis.WebAssembly),
  attempt('pollution', () => { 'use strict'; Object.prototype.then = () => {}; }),
]);
`;

describe('the worker’s own realm', () => {
  it('makes no code from text, shows no process and takes no new prototype member', async () => {
    const worker = new Worker(PROBE, {
      eval: true,
      workerData: { memoryMb: 64, progress: new SharedArrayBuffer(4) },
    });
    const [found] = (await once(worker, 'message')) as [string[]];
    await worker.terminate();
    expect(found).toEqual([
      'Function: TypeError',
      'AsyncFunction: TypeError',
      'GeneratorFunction: TypeError',
      'AsyncGeneratorFunction: TypeError',
      'process: undefined',
      'eval: undefined',
      'WebAssembly: undefined',
      'pollution: TypeError',
    ]);
  });
});
