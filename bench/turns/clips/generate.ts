// Makes the clips of the turn suite out of their recipes, each once: cached. Node.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { listFiles, readJson, statFile } from '../../../scripts/lib/files.mjs';
import { RECORDINGS_DIR } from '../../../scripts/lib/paths.mjs';
import { resample } from '../../../src/core/resampler.ts';
import { parseWavMono } from '../../../src/core/wav.ts';
import { monoWav } from '../../../talk/audio-files.ts';
import { TALK_RATE_HZ } from '../../../talk/page/plan.ts';
import { Loudness } from '../../../talk/report/loudness.ts';
import { CLIPS } from './catalog.ts';
import type { ClipRecipe, Sound, TurnClip } from './clip.ts';
import { makeBabble, makeCough, makeKeyboard } from './noises.ts';
import { PACKAGE_LICENCES, TURNS_CACHE_DIR, unpackedPackage } from './packages.ts';
import { joinWithRest, quietestSample, toLevel, trimToSound } from './shape.ts';
import { Voices } from './voices.ts';

/** Loud parts as RMS: a person at a microphone, and what goes on in the room. */
const SPEECH_DB = -20;
const NOISE_DB = -26;

/** Part of each recipe's fingerprint: raise it when the making changes. */
const MAKING = 2;

const KEY_FOLDER = 'usr/share/buckle/wav';

/** The clips of these ids, in the catalogue's order. Rejects saying what cannot be had. */
export async function ensureClips(ids: readonly string[]): Promise<TurnClip[]> {
  const maker = new ClipMaker();
  const clips: TurnClip[] = [];
  try {
    for (const recipe of CLIPS.filter(({ id }) => ids.includes(id))) {
      clips.push(await maker.ensure(recipe));
    }
  } finally {
    await maker.close();
  }
  return clips;
}

class ClipMaker {
  readonly #voices = new Voices();

  async ensure(recipe: ClipRecipe): Promise<TurnClip> {
    const print = createHash('sha256')
      .update(JSON.stringify([MAKING, recipe]))
      .digest('hex');
    const stem = path.join(TURNS_CACHE_DIR, 'clips', `${recipe.id}-${print.slice(0, 12)}`);
    const known = (await readJson(`${stem}.json`)) as Omit<TurnClip, 'file'> | null;
    const file = `${stem}.wav`;
    if (known !== null && (await statFile(file)) !== null) return { ...known, file };
    const pcm = await this.#make(recipe);
    const { id, set, text, pauseMs } = recipe;
    const loudness = new Loudness(pcm, TALK_RATE_HZ);
    const speechSpansMs = loudness.spans().map(({ startMs, endMs }) => [startMs, endMs] as const);
    if (speechSpansMs.length === 0) throw new Error(`${id}: nothing in it is loud`);
    const origin = originOf(recipe.sounds[0]);
    const clip = { id, set, text, pauseMs, lengthMs: loudness.lengthMs, speechSpansMs, origin };
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, monoWav(pcm));
    await writeFile(`${stem}.json`, `${JSON.stringify(clip, null, 2)}\n`);
    return { ...clip, file };
  }

  async close(): Promise<void> {
    await this.#voices.close();
  }

  async #make({ sounds, set, pauseMs, takeMs }: ClipRecipe): Promise<Float32Array> {
    const levelDb = set === 'noise' ? NOISE_DB : SPEECH_DB;
    const parts: Float32Array[] = [];
    for (const sound of sounds) {
      const whole = await this.#read(sound);
      const pcm = takeMs === undefined ? whole : whole.slice(...takeMs.map((ms) => ms * 48));
      const even = toLevel({ pcm, sampleRateHz: TALK_RATE_HZ }, levelDb);
      parts.push(trimToSound({ pcm: even, sampleRateHz: TALK_RATE_HZ }));
    }
    const [first = new Float32Array(0), second] = parts;
    if (pauseMs === null) return first;
    const at = quietestSample({ pcm: first, sampleRateHz: TALK_RATE_HZ });
    const halves = second === undefined ? [first.slice(0, at), first.slice(at)] : [first, second];
    return joinWithRest([halves[0] ?? first, halves[1] ?? first], {
      ...{ pauseMs, sampleRateHz: TALK_RATE_HZ, seed: pauseMs },
    });
  }

  /** At the rig's rate. */
  async #read(sound: Sound): Promise<Float32Array> {
    switch (sound.from) {
      case 'recording':
        return readWav(path.join(RECORDINGS_DIR, sound.file));
      case 'package':
        return readWav(path.join(await unpackedPackage(sound.name), sound.path));
      case 'kokoro':
      case 'espeak': {
        const { pcm, sampleRateHz } = await this.#voices.speak(sound);
        return resample(pcm, { fromHz: sampleRateHz, toHz: TALK_RATE_HZ });
      }
      case 'made':
        return make(sound);
    }
  }
}

async function make({ what, seed }: Extract<Sound, { from: 'made' }>): Promise<Float32Array> {
  const making = { seed, sampleRateHz: TALK_RATE_HZ };
  switch (what) {
    case 'cough':
      return makeCough(making);
    case 'keyboard': {
      const folder = path.join(await unpackedPackage('bucklespring-data'), KEY_FOLDER);
      return makeKeyboard(await readFolder(folder), making);
    }
    case 'babble':
      return makeBabble(await readFolder(path.join(RECORDINGS_DIR, 'librivox')), making);
  }
}

async function readFolder(folder: string): Promise<Float32Array[]> {
  const files = (await listFiles(folder)).filter((file) => file.endsWith('.wav'));
  return Promise.all(files.map(readWav));
}

async function readWav(file: string): Promise<Float32Array> {
  const { pcm, sampleRateHz } = parseWavMono(await readFile(file));
  return resample(pcm, { fromHz: sampleRateHz, toHz: TALK_RATE_HZ });
}

function originOf(sound: Sound): string {
  switch (sound.from) {
    case 'recording':
      return `recording: pocketsphinx-testdata ${sound.file} (BSD-2-Clause)`;
    case 'package':
      return `package sound: ${sound.name} ${path.basename(sound.path)} (${PACKAGE_LICENCES[sound.name]})`;
    case 'kokoro':
      return `synthetic voice: Kokoro ${sound.voice} (Apache-2.0)`;
    case 'espeak':
      return `synthetic voice: espeak-ng ${sound.voice} (GPL-3.0-or-later)`;
    case 'made': {
      const of = { cough: 'noise bursts', keyboard: 'bucklespring-data', babble: 'librivox' };
      return `synthesised: ${sound.what} of ${of[sound.what]}`;
    }
  }
}
