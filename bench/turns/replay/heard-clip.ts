// What the product's models hear in a clip, without a browser: each question is answered once and kept. Node.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readJson } from '../../../scripts/lib/files.mjs';
import type { EndOfTurnEngine } from '../../../src/core/contracts/end-of-turn.ts';
import type { LlmEngine } from '../../../src/core/contracts/language-model.ts';
import type { SttEngine } from '../../../src/core/contracts/speech-to-text.ts';
import { DEFAULT_INSTRUCTIONS } from '../../../src/agent/options.ts';
import type { VadEngine } from '../../../src/core/contracts/vad.ts';
import { resample } from '../../../src/core/resampler.ts';
import { parseWavMono } from '../../../src/core/wav.ts';
import type { VadWindow } from '../../../src/turn/speech-segmenter.ts';
import type { TurnClip } from '../clips/clip.ts';
import { TURNS_CACHE_DIR } from '../clips/packages.ts';
import { createVad, modelFiles, traceVoice } from '../vad-trace.ts';
import type { ReplayModels } from './replay.ts';

const RATE_HZ = 16_000;
/** Quiet around a clip: for the detector to settle, and for the longest wait of a turn. */
const LEAD_MS = 1_000;
const TAIL_MS = 3_500;

/** One clip between two silences. Times in ms of this signal. */
export interface HeardClip {
  readonly id: string;
  readonly pcm: Float32Array;
  readonly windows: readonly VadWindow[];
  readonly pauses: number;
  /** Last sample of speech. */
  readonly endMs: number;
}

type Answers = Record<string, number | string>;

export class ModelEars implements ReplayModels {
  readonly #vad: VadEngine;
  readonly #endOfTurn: EndOfTurnEngine;
  readonly #stt: SttEngine;
  readonly #llm: LlmEngine;
  readonly #file: string;
  readonly #answers: Answers;

  private constructor(
    engines: { vad: VadEngine; endOfTurn: EndOfTurnEngine; stt: SttEngine; llm: LlmEngine },
    kept: { file: string; answers: Answers },
  ) {
    this.#vad = engines.vad;
    this.#endOfTurn = engines.endOfTurn;
    this.#stt = engines.stt;
    this.#llm = engines.llm;
    this.#file = kept.file;
    this.#answers = kept.answers;
  }

  static async open(): Promise<ModelEars> {
    const vad = await createVad();
    const { createSmartTurn } = await import('../../../workers/engines/smart-turn.ts');
    const { createMoonshineStt } = await import('../../../workers/engines/moonshine-stt.ts');
    const options = { files: modelFiles, threads: 1, signal: new AbortController().signal };
    const endOfTurn = await createSmartTurn(options);
    const stt = await createMoonshineStt(options);
    const file = path.join(TURNS_CACHE_DIR, 'replay', 'answers.json');
    const answers = ((await readJson(file)) ?? {}) as Answers;
    const llm = await openLlm();
    return new ModelEars({ vad, endOfTurn, stt, llm }, { file, answers });
  }

  /** @param shiftMs of the clip against the detector's windows. */
  async hear(clip: TurnClip, shiftMs: number): Promise<HeardClip> {
    const wav = parseWavMono(await readFile(clip.file));
    const speech = resample(wav.pcm, { fromHz: wav.sampleRateHz, toHz: RATE_HZ });
    const leadMs = LEAD_MS + shiftMs;
    const toSamples = (ms: number): number => (ms * RATE_HZ) / 1_000;
    const pcm = new Float32Array(toSamples(leadMs + TAIL_MS) + speech.length);
    pcm.set(speech, toSamples(leadMs));
    const windows = await traceVoice(this.#vad, { pcm, sampleRateHz: RATE_HZ });
    const pauses = clip.speechSpansMs.length - 1;
    const endMs = leadMs + (clip.speechSpansMs.at(-1)?.[1] ?? 0);
    return { id: clip.id, pcm, windows, pauses, endMs };
  }

  async probability(pcm: Float32Array): Promise<number> {
    const { signal } = new AbortController();
    return Number(
      await this.#once(keyOf('turn', pcm), () => this.#endOfTurn.predict(pcm, { signal })),
    );
  }

  async transcript(pcm: Float32Array): Promise<string> {
    return String(await this.#once(keyOf('text', pcm), () => this.#transcribe(pcm)));
  }

  async wordsEnd(text: string): Promise<number | null> {
    if (!/[\p{L}\p{N}]/u.test(text)) return null;
    return Number(await this.#once(`end ${text}`, () => this.#predictEnd(text)));
  }

  /** Keeps what was answered for the next run. */
  async keep(): Promise<void> {
    await mkdir(path.dirname(this.#file), { recursive: true });
    await writeFile(this.#file, JSON.stringify(this.#answers));
  }

  async close(): Promise<void> {
    await this.#vad.dispose();
    await this.#endOfTurn.dispose();
    await this.#stt.dispose();
    await this.#llm.dispose();
  }

  async #transcribe(pcm: Float32Array): Promise<string> {
    const { signal } = new AbortController();
    const stream = this.#stt.open({ language: 'en', onPartial: () => undefined, signal });
    stream.push(pcm);
    const { text } = await stream.transcribe({ signal });
    stream.close();
    return text;
  }

  async #predictEnd(text: string): Promise<number> {
    const { signal } = new AbortController();
    const messages = [
      { role: 'system', content: DEFAULT_INSTRUCTIONS },
      { role: 'user', content: text },
    ] as const;
    const probability = await this.#llm.predictEnd?.({ messages, signal });
    if (typeof probability === 'number') return probability;
    throw new Error(`The language model does not tell whether "${text}" is a whole sentence.`);
  }

  async #once(key: string, answer: () => Promise<number | string>): Promise<number | string> {
    return (this.#answers[key] ??= await answer());
  }
}

function keyOf(kind: string, pcm: Float32Array): string {
  const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  return `${kind} ${createHash('sha256').update(bytes).digest('hex').slice(0, 24)}`;
}

async function openLlm(): Promise<LlmEngine> {
  const { LlamaEngine } = await import('../../../workers/engines/llama-engine.ts');
  const { createSimdRuntime } = await import('../../../workers/runtimes/llama/simd-runtime.ts');
  const { signal } = new AbortController();
  const modelId = 'smollm2-135m-instruct';
  const bytes = await modelFiles.read(modelId, 'SmolLM2-135M-Instruct.Q4_1.gguf', { signal });
  const options = { modelId, threads: 1, contextTokens: 1_024, signal };
  const runtime = await createSimdRuntime(bytes, options);
  if (runtime === null) throw new Error(`${modelId} is of a kind that the kernels do not know.`);
  return new LlamaEngine(runtime);
}
