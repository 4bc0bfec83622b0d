// The good voice is given up where it lags, if the light one is on the device. Node.
import { expect, test } from 'vitest';
import { ConversationRest } from '../../../src/agent/conversation-rest.ts';
import { DeviceVoice } from '../../../src/browser/device-voice.ts';
import { RtfVerdicts } from '../../../src/browser/rtf-verdicts.ts';
import type { RtfSubject } from '../../../src/browser/rtf-verdicts.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { storedModel } from '../../support/model-lists.ts';

const SUBJECT: RtfSubject = { modelId: 'kokoro-82m', backend: 'wasm', threads: 2 };
const SLOW = { audioMs: 2_000, computeMs: 2_600 };
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface RigOptions {
  readonly isVoiceLeftToDevice?: boolean;
  readonly tts?: 'kokoro' | 'piper';
  readonly isComplete?: boolean;
  readonly lightVoice?: 'piper' | 'flite' | null;
}

function createRig(options: RigOptions = {}) {
  const { isVoiceLeftToDevice = true, tts = 'kokoro', isComplete = true } = options;
  const { lightVoice = 'piper' } = options;
  const noop = async () => undefined;
  const rtfs = new RtfVerdicts({ read: async () => null, write: noop, clear: noop });
  const log: string[] = [];
  const unused = () => Promise.reject(new Error('not to be called'));
  const voice = new DeviceVoice({
    ...{ clock: new ManualClock(), rest: new ConversationRest(), workers: { rehearse: unused } },
    models: {
      list: async () => [storedModel('piper-en-us-joe', { isComplete })],
    },
    selection: {
      ...{ rtfs, isVoiceLeftToDevice, lightVoice, voiceSubject: async () => SUBJECT },
      chosen: {
        ...{ stt: { kind: 'local', modelId: 'stt' }, llm: { kind: 'local', modelId: 'llm' } },
        tts,
      },
    },
    reconsider: async () => {
      log.push('reconsider');
      return [];
    },
    exchange: () => void log.push('exchange'),
    onChoice: () => void log.push('choice'),
    onError: ({ code }) => void log.push(code),
  });
  const reply = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) voice.handleReply(SLOW);
    await settle();
  };
  return { rtfs, log, reply };
}

test('after three replies that lag the light one takes over, and the next visit knows', async () => {
  const { rtfs, log, reply } = createRig();
  await reply(2);
  expect(log).toEqual([]);
  await reply(1);
  expect(log).toEqual(['reconsider', 'exchange']);
  expect(await rtfs.read(SUBJECT)).toBe(1.3);
});

test.each<RigOptions>([{ isComplete: false }, { lightVoice: 'flite' }, { lightVoice: null }])(
  'a light voice that would have to be fetched waits for the next visit: %o',
  async (options) => {
    const { rtfs, log, reply } = createRig(options);
    await reply(3);
    expect(log).toEqual([]);
    expect(await rtfs.read(SUBJECT)).toBe(1.3);
  },
);

test.each<RigOptions>([{ isVoiceLeftToDevice: false }, { tts: 'piper' }])(
  'nothing else is touched: %o',
  async (options) => {
    const { rtfs, log, reply } = createRig(options);
    await reply(6);
    expect(log).toEqual([]);
    expect(await rtfs.read(SUBJECT)).toBeNull();
  },
);
