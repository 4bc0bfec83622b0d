// A room for the echo guard: two voices, a loudspeaker heard late and reverberant, and noise. Node.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { EchoGuard, EchoGuardOptions, EchoVerdict } from '../../../src/turn/echo-guard.ts';
import { Resampler } from '../../../src/core/resampler.ts';
import { parseWavMono } from '../../../src/core/wav.ts';

export const RATE_HZ = 16_000;
export const WINDOW = 512;
const FRAME = 128;
const RECORDINGS = path.join(import.meta.dirname, '../../../.cache/recordings');

export const DEFAULTS: EchoGuardOptions = { assumedCouplingDb: -6, marginDb: 6, maxDelayMs: 400 };

/** Numbers in [0, 1), the same for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Noise shaped like speech: syllables of 80 to 250 ms, words, and pauses of 100 to 600 ms. */
export function createSpeechLike(lengthMs: number, seed: number): Float32Array {
  const random = createRandom(seed);
  const pcm = new Float32Array((lengthMs * RATE_HZ) / 1_000);
  for (let at = 0; at < pcm.length;) {
    const syllables = 2 + Math.floor(random() * 8);
    for (let count = 0; count < syllables; count += 1) {
      const samples = Math.floor((0.08 + random() * 0.17) * RATE_HZ);
      const amplitude = 10 ** ((-4 - random() * 16) / 20);
      for (let index = 0; index < samples && at < pcm.length; index += 1, at += 1) {
        const shape = Math.sin((Math.PI * index) / samples) ** 2;
        pcm[at] = (random() * 2 - 1) * amplitude * (0.03 + shape);
      }
    }
    at += Math.floor((0.1 + random() * 0.5) * RATE_HZ);
  }
  return pcm;
}

/** All recordings of a folder in a row; null when they are not at hand. */
export function readVoice(folder: string): Float32Array | null {
  const directory = path.join(RECORDINGS, folder);
  if (!existsSync(directory)) return null;
  const clips = readdirSync(directory)
    .filter((file) => file.endsWith('.wav'))
    .sort()
    .map((file) => toRate(parseWavMono(readFileSync(path.join(directory, file)))));
  const whole = new Float32Array(clips.reduce((sum, clip) => sum + clip.length, 0));
  let at = 0;
  for (const clip of clips) {
    whole.set(clip, at);
    at += clip.length;
  }
  return whole;
}

function toRate({ pcm, sampleRateHz }: { pcm: Float32Array; sampleRateHz: number }): Float32Array {
  if (sampleRateHz === RATE_HZ) return pcm;
  const resampler = new Resampler({ fromHz: sampleRateHz, toHz: RATE_HZ });
  const into = new Float32Array(resampler.maxOutputSamples(pcm.length));
  return into.slice(0, resampler.process(pcm, into));
}

/** A copy whose sounding windows have this root mean square, in dB relative to full scale. */
export function atLevel(pcm: Float32Array, levelDb: number): Float32Array {
  const powers: number[] = [];
  for (let at = 0; at + WINDOW <= pcm.length; at += WINDOW) powers.push(toPower(pcm, at, WINDOW));
  const loudest = Math.max(...powers);
  const sounding = powers.filter((power) => power > loudest / 1_000);
  const mean = sounding.reduce((sum, power) => sum + power, 0) / sounding.length;
  const gain = 10 ** (levelDb / 20) / Math.sqrt(mean);
  return pcm.map((sample) => sample * gain);
}

export function toPower(pcm: Float32Array, from: number, samples: number): number {
  let sum = 1e-12;
  for (let index = from; index < from + samples; index += 1)
    sum += (pcm[index] ?? 0) ** 2 / samples;
  return sum;
}

export interface Room {
  readonly gainDb: number;
  readonly delayMs: number;
  /** Reverberation time; 0 for none. */
  readonly reverbMs?: number;
  readonly noiseDb?: number;
  readonly seed?: number;
}

/** What of `rendered` comes back to the microphone. */
export function toEcho(rendered: Float32Array, room: Room): Float32Array {
  const delay = Math.round((room.delayMs * RATE_HZ) / 1_000);
  const reverbMs = room.reverbMs ?? 300;
  const random = createRandom(room.seed ?? 7);
  // A direct sound and reflections that fade by 60 dB within the reverberation time.
  const taps = [{ at: delay, gain: 1 }];
  for (let at = 32; at < (reverbMs * RATE_HZ) / 1_000; at += 32 + Math.floor(random() * 320)) {
    const fade = 10 ** ((-3 * at * 1_000) / (reverbMs * RATE_HZ));
    taps.push({ at: delay + at, gain: (random() * 2 - 1) * 0.4 * fade });
  }
  const gain =
    10 ** (room.gainDb / 20) / Math.sqrt(taps.reduce((sum, tap) => sum + tap.gain ** 2, 0));
  const echo = new Float32Array(rendered.length);
  const played = throughSmallLoudspeaker(rendered);
  for (const tap of taps) {
    for (let index = tap.at; index < echo.length; index += 1) {
      echo[index] = (echo[index] ?? 0) + (played[index - tap.at] ?? 0) * tap.gain * gain;
    }
  }
  return echo;
}

/** Loses what lies below 400 Hz, and distorts what is loud: the echo is no copy of the reference. */
function throughSmallLoudspeaker(pcm: Float32Array): Float32Array {
  const keep = Math.exp((-2 * Math.PI * 400) / RATE_HZ);
  let before = 0;
  let high = 0;
  return pcm.map((sample) => {
    high = keep * (high + sample - before);
    before = sample;
    return Math.tanh(high * 3) / 3;
  });
}

export interface Heard {
  readonly startMs: number;
  readonly verdict: EchoVerdict;
  /** Whether a voice detector would hear the echo, or the person, in this window. */
  readonly isEchoVoiced: boolean;
  readonly isUserVoiced: boolean;
  readonly state: string;
}

export interface Sounds {
  readonly rendered: Float32Array;
  readonly echo: Float32Array;
  readonly user: Float32Array | null;
  readonly noiseDb?: number;
  /** The reference comes in blocks of so many ms, each once its last sample was rendered. Default 32. */
  readonly referenceBlockMs?: number;
}

/** Plays both to the guard in windows, the reference ahead of its echo. */
export function listen(guard: EchoGuard, sounds: Sounds): Heard[] {
  const { rendered, echo, user } = sounds;
  const block = ((sounds.referenceBlockMs ?? 32) * RATE_HZ) / 1_000;
  const random = createRandom(3);
  const noise = 10 ** ((sounds.noiseDb ?? -65) / 20) * Math.sqrt(3);
  const noisePower = (noise * noise) / 3;
  const userPeak = user === null ? 1 : loudestPower(user);
  const heard: Heard[] = [];
  for (let at = 0; at + WINDOW <= rendered.length; at += WINDOW) {
    const startMs = (at * 1_000) / RATE_HZ;
    if ((at + WINDOW) % block === 0) giveReference(guard, rendered.subarray(0, at + WINDOW), block);
    const pcm = new Float32Array(WINDOW);
    for (let index = 0; index < WINDOW; index += 1) {
      pcm[index] = (echo[at + index] ?? 0) + (user?.[at + index] ?? 0) + (random() * 2 - 1) * noise;
    }
    const verdict = guard.handleWindow({ startMs, pcm });
    heard.push({
      startMs,
      verdict,
      isEchoVoiced: toPower(echo, at, WINDOW) > noisePower * 10,
      isUserVoiced: user !== null && toPower(user, at, WINDOW) > userPeak / 300,
      state: guard.coupling.state,
    });
  }
  return heard;
}

/** The last `samples` of what was rendered so far. */
function giveReference(guard: EchoGuard, rendered: Float32Array, samples: number): void {
  for (let frame = rendered.length - samples; frame < rendered.length; frame += FRAME) {
    const powerDb = 10 * Math.log10(toPower(rendered, frame, FRAME));
    guard.handleReference((frame * 1_000) / RATE_HZ, powerDb);
  }
}

function loudestPower(pcm: Float32Array): number {
  let loudest = 0;
  for (let at = 0; at + WINDOW <= pcm.length; at += WINDOW) {
    loudest = Math.max(loudest, toPower(pcm, at, WINDOW));
  }
  return loudest;
}

export function shareOf<Item>(items: readonly Item[], isIt: (item: Item) => boolean): number {
  return items.length === 0 ? 0 : items.filter(isIt).length / items.length;
}
