// A microphone made of clips: buffers scheduled in the page's AudioContext, out as a MediaStream. Page.
import { TALK_RATE_HZ } from './plan.ts';
import type { EchoPlan, PlannedClip } from './plan.ts';

/** Scheduling closer than this would miss the quantum being rendered. */
const LEAD_MS = 20;

export class InjectedMicrophone {
  readonly #context: AudioContext;
  readonly #destination: MediaStreamAudioDestinationNode;

  constructor(context: AudioContext) {
    this.#context = context;
    this.#destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  }

  get stream(): MediaStream {
    return this.#destination.stream;
  }

  /** Starts a clip at a context time, or at once when that is over; returns when it starts, in ms. */
  play(clip: PlannedClip, atContextMs: number): number {
    const samples = toFloat(clip.pcmBase64 ?? '');
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: TALK_RATE_HZ });
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#destination);
    const soonestMs = this.#context.currentTime * 1000 + LEAD_MS;
    const frame = Math.ceil((Math.max(atContextMs, soonestMs) * this.#context.sampleRate) / 1000);
    const startS = frame / this.#context.sampleRate;
    source.start(startS);
    return startS * 1000;
  }

  /** Mixes the agent's output back in, as a loudspeaker near a microphone would. */
  addEcho(agentOutput: AudioNode, { gainDb, delayMs }: EchoPlan): void {
    const delay = new DelayNode(this.#context, { delayTime: delayMs / 1000, maxDelayTime: 1 });
    const gain = new GainNode(this.#context, { gain: 10 ** (gainDb / 20) });
    agentOutput.connect(delay).connect(gain).connect(this.#destination);
  }
}

/** Of s16le in base64. */
export function toFloat(base64: string): Float32Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const s16 = new Int16Array(bytes.buffer);
  return Float32Array.from(s16, (sample) => sample / 32_768);
}
