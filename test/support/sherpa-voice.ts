// The Piper voice as sherpa-onnx has it: what its file must say of itself, its tokens, and a lexicon of the words that
// tests say, made by our own English phonemes. Real weights. In a browser.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { CatalogModel } from '../../src/models/catalog.ts';
import { createPhonemiser } from '../../workers/engines/phonemiser-choice.ts';
import { MessageWriter } from '../../workers/runtimes/onnx-graph/protobuf.ts';
import { servedModelFiles } from './model-files-over-http.ts';

const PIPER = 'piper-en-us-joe';
const GRAPH = 'en_US-joe-medium.onnx';
/** `metadata_props` of an ONNX model. */
const METADATA_FIELD = 14;
const METADATA = {
  ...{ model_type: 'vits', comment: 'piper', language: 'English', voice: 'en-us' },
  ...{ sample_rate: '22050', n_speakers: '1', add_blank: '1', punctuation: ', . ! ? ; :' },
};

export const SHERPA_VOICE: CatalogModel = {
  ...{ id: 'joe-of-sherpa', name: 'Joe', task: 'tts', licence: 'CC0-1.0', note: '' },
  ...{ languages: ['en-US'], backends: ['wasm'], preload: false },
  files: ['model.onnx', 'tokens.txt', 'lexicon.txt'].map((name) => ({
    ...{ name, bytes: 0, sha256: '', sources: [] },
  })),
};

/** `text` has every word that is to be said; others are spelled. */
export async function sherpaVoiceFiles(text: string): Promise<ModelFiles> {
  const { signal } = new AbortController();
  const read = (name: string) => servedModelFiles.read(PIPER, name, { signal });
  const [graph, settings] = await Promise.all([read(GRAPH), read(`${GRAPH}.json`)]);
  const ids = (JSON.parse(new TextDecoder().decode(settings)) as Settings).phoneme_id_map;
  const tokens = Object.entries(ids).map(([symbol, [id]]) => `${symbol} ${String(id)}\n`);
  const files: Record<string, Uint8Array<ArrayBuffer>> = {
    'model.onnx': withMetadata(new Uint8Array(graph)),
    'tokens.txt': new TextEncoder().encode(tokens.join('')),
    'lexicon.txt': new TextEncoder().encode(await toLexicon(text)),
  };
  return {
    read: (_modelId, name) => Promise.resolve(files[name]!.slice().buffer),
  };
}

interface Settings {
  readonly phoneme_id_map: Readonly<Record<string, readonly number[]>>;
}

function withMetadata(graph: Uint8Array): Uint8Array<ArrayBuffer> {
  const model = new MessageWriter().raw(graph);
  for (const [key, value] of Object.entries(METADATA)) {
    model.message(METADATA_FIELD, new MessageWriter().string(1, key).string(2, value));
  }
  return model.toBytes();
}

/** Each word for itself, and the letters, to spell with. */
async function toLexicon(text: string): Promise<string> {
  const { signal } = new AbortController();
  const phonemiser = createPhonemiser({ files: servedModelFiles });
  const words = new Set(text.toLowerCase().match(/[a-z']*[a-z]/gu));
  const lines: string[] = [];
  for (const word of [...words, ...Array.from('abcdefghijklmnopqrstuvwxyz')]) {
    const ipa = await phonemiser.phonemise(word, { language: 'en-us', alphabet: 'ipa', signal });
    const sounds = Array.from(ipa.normalize('NFD').replaceAll(/\s/gu, ''));
    lines.push(`${word} ${sounds.join(' ')}\n`);
  }
  return lines.join('');
}
