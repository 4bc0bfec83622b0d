// What a worker tells its supervisor before it computes without answering: loading, and single runs of sherpa-onnx.
import type { Recogniser, Stream } from 'sherpa-onnx/sherpa-onnx-asr.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ModelFiles } from '../../../src/core/contracts/model-files.ts';
import { SherpaSttStream } from '../../../workers/engines/sherpa-stream.ts';
import { runBlocking, runBlockingLater } from '../../../workers/runtimes/blocking-run.ts';
import { whileLoading } from '../../../workers/services/while-loading.ts';

const { signal } = new AbortController();
const BUSY = { signal: 'busy', maxMs: 60_000 };
const IDLE = { signal: 'idle' };

afterEach(() => void vi.unstubAllGlobals());

/** What is told, with what happens between. */
function asWorker(): unknown[] {
  const told: unknown[] = [];
  vi.stubGlobal('WorkerGlobalScope', Object);
  vi.stubGlobal('postMessage', (message: unknown) => told.push(message));
  return told;
}

describe('loading', () => {
  const files: ModelFiles = { read: async () => new ArrayBuffer(1) };

  it('is announced, anew with each file, and over at its end', async () => {
    const told: unknown[] = [];
    const scope = { postMessage: (message: unknown) => told.push(message) };
    const kept: { files?: ModelFiles } = {};
    const loaded = await whileLoading(scope, files, async (own) => {
      kept.files = own;
      await own.read('m', 'first', { signal });
      told.push('first');
      await own.read('m', 'second', { signal });
      return 'engine';
    });
    expect(loaded).toBe('engine');
    expect(told).toEqual([BUSY, BUSY, IDLE, 'first', BUSY, IDLE, IDLE]);
    // What is fetched later, such as another voice, is no part of loading.
    await kept.files?.read('m', 'third', { signal });
    expect(told).toHaveLength(7);
  });

  it('that fails is over, too', async () => {
    const told: unknown[] = [];
    const scope = { postMessage: (message: unknown) => told.push(message) };
    const failed = whileLoading(scope, files, () => Promise.reject(new Error('no model')));
    await expect(failed).rejects.toThrow('no model');
    expect(told).toEqual([BUSY, IDLE]);
  });
});

describe('a run', () => {
  it('is announced in a worker, also one that fails', async () => {
    const told = asWorker();
    expect(runBlocking(() => told.push('run'))).toBe(2);
    const fail = (): never => {
      throw new RangeError('no memory');
    };
    expect(() => runBlocking(fail)).toThrow('no memory');
    await runBlockingLater(async () => told.push('later'));
    expect(told).toEqual([BUSY, 'run', IDLE, BUSY, IDLE, BUSY, 'later', IDLE]);
  });

  it('is told to nobody on a page', () => {
    const told = vi.fn();
    vi.stubGlobal('postMessage', told);
    expect(runBlocking(() => 'text')).toBe('text');
    expect(told).not.toHaveBeenCalled();
  });

  it('of a streaming transducer is announced each time', async () => {
    const told = asWorker();
    let ready = 0;
    const stream: Pick<Stream, 'acceptWaveform' | 'free'> = {
      acceptWaveform: () => (ready += 1),
      free: () => undefined,
    };
    const recogniser = {
      createStream: () => stream as Stream,
      isReady: () => ready > 0,
      decode: () => {
        ready -= 1;
        told.push('decode');
      },
      getResult: () => ({ text: 'hello' }),
      isEndpoint: () => false,
    } as unknown as Recogniser;
    const options = { onPartial: () => undefined, onRelease: () => undefined, signal };
    const heard = new SherpaSttStream(recogniser, options);
    heard.push(new Float32Array(512));
    expect((await heard.transcribe({ signal })).text).toBe('hello');
    heard.close();
    expect(told).toEqual([BUSY, 'decode', IDLE, BUSY, 'decode', IDLE]);
  });
});
