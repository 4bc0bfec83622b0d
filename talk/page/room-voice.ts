// A person in the room: clips out of a loudspeaker of their own, for the system's microphone to hear. Page.
import { TALK_RATE_HZ } from './plan.ts';
import type { PlannedClip } from './plan.ts';
import { toFloat } from './injected-microphone.ts';

/** Label of the output device that the launcher's room has for the person. */
const PERSON = /person/iu;

/** Scheduling closer than this would miss the quantum being rendered. */
const LEAD_MS = 20;

export class RoomVoice {
  readonly #clock: AudioContext;
  readonly #context: AudioContext;

  private constructor(clock: AudioContext, context: AudioContext) {
    this.#clock = clock;
    this.#context = context;
  }

  /** @param clock the context by whose time clips are played. Rejects when there is no such device. */
  static async create(clock: AudioContext): Promise<RoomVoice> {
    // Devices have names only for a page that may listen.
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const devices = await navigator.mediaDevices.enumerateDevices();
    for (const track of stream.getTracks()) track.stop();
    const outputs = devices.filter(({ kind }) => kind === 'audiooutput');
    const device = outputs.find(({ label }) => PERSON.test(label));
    if (device === undefined) {
      const labels = outputs.map(({ label }) => label).join(', ');
      throw new Error(`no output device for the person, only: ${labels || 'none'}`);
    }
    const context = new AudioContext({ sampleRate: TALK_RATE_HZ });
    await (context as AudioContext & Sinkable).setSinkId(device.deviceId);
    await context.resume();
    return new RoomVoice(clock, context);
  }

  /** Starts a clip about a time of the clock, or at once when that is over; returns when, in ms. */
  play(clip: PlannedClip, atContextMs: number): number {
    const samples = toFloat(clip.pcmBase64 ?? '');
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: TALK_RATE_HZ });
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#context.destination);
    const nowMs = this.#clock.currentTime * 1000;
    const delayMs = Math.max(atContextMs - nowMs, LEAD_MS);
    source.start(this.#context.currentTime + delayMs / 1000);
    return nowMs + delayMs;
  }
}

/** Not in every library of DOM types yet. */
interface Sinkable {
  setSinkId(sinkId: string): Promise<void>;
}
