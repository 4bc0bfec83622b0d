import { afterEach, expect, test, vi } from 'vitest';
import type { RuntimeObserver } from '../../src/agent/agent-runtime.ts';
import type { VoiceAgentOptions } from '../../src/agent/voice-agent-options.ts';
import { BrowserRuntime } from '../../src/browser/browser-runtime.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { EngineStage } from '../../src/core/contracts/engine.ts';
import type { VoiceAgentError } from '../../src/core/errors.ts';
import { silentObserver } from '../support/silent-observer.ts';
import { spoilChecksums } from '../support/spoil-checksums.ts';

/** Captions only, and a model elsewhere: what is left on the device is hearing. */
const OPTIONS: VoiceAgentOptions = {
  assets: { modelsUrl: '/models/' },
  engines: {
    tts: 'none',
    llm: { kind: 'openai', baseUrl: 'https://nobody.invalid/v1', model: 'none' },
  },
};
const timerOptions: VoiceAgentOptions = {
  ...OPTIONS,
  engines: { ...OPTIONS.engines, turn: 'timer' },
};
const open: BrowserRuntime[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  await Promise.all(open.splice(0).map((runtime) => runtime.dispose()));
});

function createRuntime(options: VoiceAgentOptions) {
  const errors: VoiceAgentError[] = [];
  const observer: RuntimeObserver = {
    ...silentObserver,
    handleError: (error) => errors.push(error),
  };
  const runtime = new BrowserRuntime(options, { observer, clock: systemClock });
  open.push(runtime);
  const stages = (): EngineStage[] => runtime.engines.map(({ stage }) => stage).sort();
  return { runtime, errors, stages };
}

test('the model is loaded on one thread, ends when turns end by timer, and comes back', async () => {
  const { runtime, errors, stages } = createRuntime(OPTIONS);
  const models = await runtime.requiredModels(undefined);
  expect(models.map(({ id }) => id)).toContain('smart-turn-v3.2');
  await runtime.load('all', undefined);
  expect(stages()).toEqual(['llm', 'stt', 'turn', 'vad']);
  expect(runtime.engines.find(({ stage }) => stage === 'turn')).toMatchObject({
    name: 'smart-turn',
    threads: 1,
  });

  runtime.setOptions(timerOptions);
  await expect.poll(stages, { timeout: 30_000 }).toEqual(['llm', 'stt', 'vad']);
  const without = await runtime.requiredModels(undefined);
  expect(without.map(({ id }) => id)).not.toContain('smart-turn-v3.2');

  runtime.setOptions(OPTIONS);
  await expect.poll(stages, { timeout: 30_000 }).toEqual(['llm', 'stt', 'turn', 'vad']);
  expect(errors).toEqual([]);
});

/** The end-of-turn workers made from now on, the latest last. */
function collectWorkers(): Worker[] {
  const workers: Worker[] = [];
  const RealWorker = window.Worker;
  vi.stubGlobal(
    'Worker',
    class extends RealWorker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        if (options?.name === 'parley-end-of-turn') workers.push(this);
      }
    },
  );
  return workers;
}

test('a worker that crashes is started again; given up, turns go on without it', async () => {
  const workers = collectWorkers();
  const ready: string[] = [];
  const logger = { log: (_level: string, message: string) => void ready.push(message) };
  const { runtime, errors, stages } = createRuntime({ ...OPTIONS, logger });
  await runtime.load('all', undefined);
  for (let crash = 1; crash <= 4; crash += 1) {
    const isUp = (): number => ready.filter((line) => line.includes('end-of-turn is ready')).length;
    await expect.poll(isUp, { timeout: 60_000 }).toBe(crash);
    expect(stages()).toEqual(['llm', 'stt', 'turn', 'vad']);
    workers.at(-1)!.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
  }
  expect(stages()).toEqual(['llm', 'stt', 'vad']);
  expect(errors.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => 'worker-crashed'));
});

test('a model that cannot be loaded is told, and the rest works without it', async () => {
  spoilChecksums('smart-turn-v3.2');
  const { runtime, errors, stages } = createRuntime(OPTIONS);
  await runtime.load('all', undefined);
  expect(stages()).toEqual(['llm', 'stt', 'vad']);
  expect(errors).toMatchObject([
    { code: 'model-integrity', details: { modelId: 'smart-turn-v3.2' } },
  ]);
});
