// A device and its engines, as an agent reports them; for tests.
import type { DeviceReport } from '../../src/agent/engine-choice.ts';

/** Two cores, no graphics processor, an English language model `small` and both voices. */
export function deviceReport(change: Partial<DeviceReport> = {}): DeviceReport {
  return {
    probe: {
      cores: 2,
      memoryGib: 8,
      hasSharedMemory: true,
      gpu: { kind: 'none', name: '', hasFloat16: false },
      freeBytes: 12e9,
    },
    choices: [
      {
        stage: 'tts',
        engine: 'kokoro',
        name: 'Kokoro',
        better: null,
        chosenBy: 'device',
        reason: 'It keeps up.',
      },
    ],
    offers: [
      { stage: 'llm', engine: 'small', name: 'Small' },
      { stage: 'tts', engine: 'kokoro', name: 'Kokoro' },
      { stage: 'tts', engine: 'piper', name: 'Piper' },
    ],
    languages: ['en'],
    ...change,
  };
}
