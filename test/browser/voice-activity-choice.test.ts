// The voice detector that a page asks for, in the real turn worker.
import { afterEach, expect, test } from 'vitest';
import { BrowserRuntime } from '../../src/browser/browser-runtime.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentObserver } from '../support/silent-observer.ts';

const open: BrowserRuntime[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((runtime) => runtime.dispose()));
});

test.each(['silero', 'sherpa-onnx'] as const)('%s', async (vad) => {
  const llm = { kind: 'persona', lines: [{ say: 'Yes.' }] } as const;
  const engines = { vad, llm, turn: 'timer', tts: 'none' } as const;
  const options = { assets: { modelsUrl: '/models/' }, engines };
  const runtime = new BrowserRuntime(options, { observer: silentObserver, clock: systemClock });
  open.push(runtime);
  await runtime.load('text', undefined);
  expect(runtime.engines[0]).toMatchObject({ stage: 'vad', name: vad, modelIds: ['silero-vad'] });
});
