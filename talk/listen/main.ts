// Transcribes recorded speech with the product's own recogniser, outside any conversation. Main thread.
import { createMoonshineStt } from '../../workers/engines/moonshine-stt.ts';
import type { SttEngine } from '../../src/core/contracts/speech-to-text.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import { TALK_RATE_HZ } from '../page/plan.ts';

/** Called by the launcher. */
export interface TalkListener {
  /** `pcmBase64`: s16le mono at the rig's rate. Rejects when the weights cannot be loaded. */
  transcribe(pcmBase64: string): Promise<string>;
}

/** What the recogniser takes. */
const STT_RATE_HZ = 16_000;

/** Nobody waits for an answer here: a long recording may take its time. */
const DEADLINE_MS = 120_000;

const files: ModelFiles = {
  async read(modelId, fileName, { signal }) {
    const response = await fetch(`/models/${modelId}/${fileName}`, { signal });
    if (!response.ok) throw new Error(`${fileName} of ${modelId}: status ${response.status}`);
    return response.arrayBuffer();
  },
};

function createListener(): TalkListener {
  const never = new AbortController().signal;
  let loading: Promise<SttEngine> | null = null;
  return {
    async transcribe(pcmBase64) {
      loading ??= createMoonshineStt({ files, threads: 2, signal: never, deadlineMs: DEADLINE_MS });
      const engine = await loading;
      const options = { language: 'en', onPartial: () => undefined, signal: never };
      const stream = engine.open(options);
      stream.push(await toSttRate(pcmBase64));
      const { text } = await stream.transcribe({ signal: never });
      stream.close();
      return text;
    },
  };
}

async function toSttRate(pcmBase64: string): Promise<Float32Array> {
  const bytes = Uint8Array.from(atob(pcmBase64), (character) => character.charCodeAt(0));
  const samples = Float32Array.from(new Int16Array(bytes.buffer), (sample) => sample / 32_768);
  const buffer = new AudioBuffer({ length: samples.length, sampleRate: TALK_RATE_HZ });
  buffer.copyToChannel(samples, 0);
  const length = Math.ceil((samples.length * STT_RATE_HZ) / TALK_RATE_HZ);
  const context = new OfflineAudioContext({ length, sampleRate: STT_RATE_HZ });
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(context.destination);
  source.start();
  return (await context.startRendering()).getChannelData(0);
}

Object.assign(globalThis, { talkListener: createListener() });
