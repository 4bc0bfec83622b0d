// Kokoro on kernels of our own and the shipped graph on ONNX Runtime, saying the same symbols. Main thread.
import * as v from 'valibot';
import { toBase64 } from '../../../src/core/base64.ts';
import type { ModelFiles } from '../../../src/core/contracts/model-files.ts';
import { toInt16 } from '../../../src/core/pcm.ts';
import { KokoroStyles, KOKORO_VOICES } from '../../../workers/engines/kokoro-voices.ts';
import { createPhonemiser } from '../../../workers/engines/phonemiser-choice.ts';
import { SymbolTable } from '../../../workers/engines/symbol-table.ts';
import { KokoroNetwork } from '../../../workers/runtimes/kokoro/kokoro-network.ts';
import { createNetworkTeam } from '../../../workers/runtimes/network/kernels.ts';
import { OnnxModel } from '../../../workers/runtimes/onnx-graph/onnx-model.ts';
import { DATA_TYPE } from '../../../workers/runtimes/onnx-graph/onnx-tensor.ts';
import type { InferenceSession } from '../../../workers/runtimes/onnx-session.ts';
import { createOnnxSession, Tensor } from '../../../workers/runtimes/onnx-session.ts';
import { toWholeSpeech } from '../../voices/whole-speech.ts';

export interface LikenessVoice {
  /** As the model gives it, with the silence that ours does not make put back; s16le mono. */
  readonly pcmBase64: string;
  /** 600 samples each, for every symbol and the padding at both ends. */
  readonly frames: readonly number[];
}

export interface LikenessPair {
  readonly symbols: string;
  readonly sampleRateHz: number;
  readonly ours: LikenessVoice;
  readonly shipped: LikenessVoice;
}

/** Called by the launcher. */
export interface LikenessBench {
  /** Rejects when the model cannot be loaded, or for an unknown voice. */
  say(line: { voice: string; text: string }): Promise<LikenessPair>;
}

const MODEL_ID = 'kokoro-82m';
/** Rounded frames of each symbol, inside the shipped graph. */
const DURATIONS = '/encoder/Clip_output_0';
const SAMPLE_RATE_HZ = 24_000;
const Vocabulary = v.object({ vocab: v.record(v.string(), v.number()) });
const { signal } = new AbortController();

const files: ModelFiles = {
  async read(modelId, fileName) {
    const response = await fetch(`/models/${modelId}/${fileName}`);
    if (!response.ok) throw new Error(`${fileName} of ${modelId}: status ${response.status}`);
    return response.arrayBuffer();
  },
};
const styles = new KokoroStyles(files);
const phonemiser = createPhonemiser({ files });

interface Engines {
  readonly alphabet: SymbolTable;
  readonly network: KokoroNetwork;
  readonly session: InferenceSession;
}

type Input = { readonly tokens: readonly number[]; readonly style: Float32Array };

async function load(): Promise<Engines> {
  const vocabulary = await files.read(MODEL_ID, 'vocab.json', { signal });
  const { vocab } = v.parse(Vocabulary, JSON.parse(new TextDecoder().decode(vocabulary)));
  const model = OnnxModel.parse(
    new Uint8Array(await files.read(MODEL_ID, 'kokoro-v1.0.int8.onnx', { signal })),
  );
  const network = new KokoroNetwork(createNetworkTeam(), model);
  model.addOutput(DURATIONS, DATA_TYPE.float);
  const { buffer } = model.toBytes();
  const session = await createOnnxSession(buffer, { modelId: MODEL_ID, threads: 2 });
  return { alphabet: new SymbolTable(vocab), network, session };
}

function sayOurs({ network }: Engines, { tokens, style }: Input): LikenessVoice {
  const steps = network.run({ tokens: [...tokens], style, speed: 1 });
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return { pcmBase64: toText(toWholeSpeech(step.value)), frames: step.value.frames };
}

async function sayShipped({ session }: Engines, { tokens, style }: Input): Promise<LikenessVoice> {
  const outputs = await session.run({
    tokens: new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
    style: new Tensor('float32', style, [1, style.length]),
    speed: new Tensor('float32', [1], [1]),
  });
  const frames = Array.from(outputs[DURATIONS]?.data as Float32Array);
  return { pcmBase64: toText(outputs['audio']?.data as Float32Array), frames };
}

function createBench(): LikenessBench {
  let loading: Promise<Engines> | null = null;
  return {
    async say({ voice, text }) {
      loading ??= load();
      const engines = await loading;
      const language = KOKORO_VOICES.find(({ id }) => id === voice)?.language;
      if (language === undefined) throw new Error(`no voice ${voice}`);
      const phonemes = await phonemiser.phonemise(text, { language, alphabet: 'kokoro', signal });
      const { symbols } = engines.alphabet.keepKnown(`${phonemes}${text.slice(-1)}`);
      const ids = engines.alphabet.encode(symbols);
      const input = {
        tokens: [0, ...ids, 0],
        style: await styles.read(voice, ids.length, { signal }),
      };
      const ours = sayOurs(engines, input);
      const shipped = await sayShipped(engines, input);
      return { symbols, sampleRateHz: SAMPLE_RATE_HZ, ours, shipped };
    },
  };
}

function toText(pcm: Float32Array): string {
  return toBase64(new Uint8Array(toInt16(pcm).buffer));
}

Object.assign(globalThis, { likenessBench: createBench() });
