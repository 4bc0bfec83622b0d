import { expect, it } from 'vitest';
import { toDeviceWords, toEngineNews, toLaterWords } from '../../../src/app/device-words.ts';
import { deviceReport } from '../../support/device-report.ts';

const { probe } = deviceReport();

it('puts a device in words', () => {
  expect(toDeviceWords(probe)).toBe(
    'This device: 2 cores; shared memory; 8 GB of memory; no graphics processor that models can use; room for 12 GB of models.',
  );
});

it('leaves out what a browser does not tell', () => {
  const plain = { ...probe, cores: 1, memoryGib: null, freeBytes: null, hasSharedMemory: false };
  const gpu = { kind: 'hardware', name: 'acme', hasFloat16: false } as const;
  expect(toDeviceWords({ ...plain, gpu })).toBe(
    'This device: 1 core; no shared memory, so one thread per engine; a graphics processor that models can use (acme).',
  );
});

const kokoro = { stage: 'tts', engine: 'kokoro', name: 'Kokoro' } as const;
const piper = { stage: 'tts', engine: 'piper', name: 'Piper', chosenBy: 'device' } as const;
const trying = { ...piper, reason: 'Sooner.', better: kokoro };

it('tells what is on its way and what is tried', () => {
  expect(toLaterWords(trying, { loadedBytes: 4e7, totalBytes: 1.07e8 })).toBe(
    'Piper speaks for now. Kokoro is on its way: 40 MB of 107 MB.',
  );
  expect(toLaterWords(trying, { loadedBytes: 5, totalBytes: 5 })).toBe(
    'Piper speaks for now. Kokoro is tried while nobody speaks.',
  );
});

it('tells of a language model that answers until the better one is there', () => {
  const large = { stage: 'llm', engine: 'large', name: 'Large' } as const;
  const small = { stage: 'llm', engine: 'small', name: 'Small', chosenBy: 'device' } as const;
  const first = { ...small, reason: 'Sooner.', better: large };
  expect(toLaterWords(first, { loadedBytes: 1e6, totalBytes: 9e6 })).toBe(
    'Small answers for now. Large is on its way: 1.0 MB of 9.0 MB.',
  );
  expect(toLaterWords(first, { loadedBytes: 5, totalBytes: 5 })).toBe(
    'Small answers for now. Large is getting ready.',
  );
  const taken = { ...large, chosenBy: 'device', reason: 'Quick.', better: null } as const;
  expect(toEngineNews(first, taken)).toBe('Large answers from now on. Quick.');
  expect(toEngineNews(first, { ...first, better: null })).toBe('Small goes on answering. Sooner.');
});

it('tells what became of it, and of nothing else', () => {
  const taken = { ...kokoro, chosenBy: 'device', reason: 'Quick.', better: null } as const;
  const refused = { ...piper, reason: 'Kokoro is slow.', better: null };
  expect(toEngineNews(trying, taken)).toBe('Kokoro speaks from now on. Quick.');
  expect(toEngineNews(trying, refused)).toBe('Piper goes on speaking. Kokoro is slow.');
  expect(toEngineNews(trying, trying)).toBeNull();
  expect(toEngineNews(refused, taken)).toBeNull();
  expect(toEngineNews(undefined, taken)).toBeNull();
});
