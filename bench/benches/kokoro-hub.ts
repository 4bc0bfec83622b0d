// A model hub of one model: our Kokoro file under the names that kokoro-js expects. Node.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { statFile } from '../../scripts/lib/files.mjs';
import { CACHE_DIR, MODELS_DIR } from '../../scripts/lib/paths.mjs';
import { renameValues } from './rename-values.ts';

const HUB_DIR = path.join(CACHE_DIR, 'bench', 'hub');
export const HUB_MOUNT: { readonly prefix: string; readonly folder: string } = {
  prefix: '/hub/',
  folder: HUB_DIR,
};

/** Ours to theirs. The weights stay as they are. */
const NAMES: Readonly<Record<string, string>> = { tokens: 'input_ids', audio: 'waveform' };
const PAD = '$';
const MAX_TOKENS = 512;

/** Writes the hub's files; the graph once. */
export async function ensureKokoroHub(): Promise<void> {
  const folder = path.join(HUB_DIR, 'kokoro');
  const graphFile = path.join(folder, 'onnx', 'model_quantized.onnx');
  await mkdir(path.dirname(graphFile), { recursive: true });
  const models = path.join(MODELS_DIR, 'kokoro-82m');
  const { vocab } = JSON.parse(await readFile(path.join(models, 'vocab.json'), 'utf8')) as {
    vocab: Record<string, number>;
  };
  const writeJson = (name: string, value: unknown): Promise<void> =>
    writeFile(path.join(folder, name), JSON.stringify(value));
  await writeJson('config.json', { model_type: 'style_text_to_speech_2' });
  await writeJson('tokenizer.json', toTokenizer(vocab));
  await writeJson('tokenizer_config.json', {
    ...{ model_max_length: MAX_TOKENS, pad_token: PAD, unk_token: PAD },
    tokenizer_class: 'PreTrainedTokenizer',
  });
  if ((await statFile(graphFile)) !== null) return;
  const graph = await readFile(path.join(models, 'kokoro-v1.0.int8.onnx'));
  await writeFile(`${graphFile}.part`, renameValues(graph, NAMES));
  await rename(`${graphFile}.part`, graphFile);
}

/** One symbol, one token, padding at both ends; unknown symbols are left out. */
function toTokenizer(vocab: Readonly<Record<string, number>>): object {
  const known = Object.keys(vocab)
    .map((symbol) => symbol.replace(/[\\\]^-]/gu, '\\$&'))
    .join('');
  const pad = { SpecialToken: { id: PAD, type_id: 0 } };
  return {
    version: '1.0',
    added_tokens: [],
    normalizer: { type: 'Replace', pattern: { Regex: `[^${known}]` }, content: '' },
    pre_tokenizer: {
      ...{ type: 'Split', pattern: { Regex: '' }, behavior: 'Isolated', invert: false },
    },
    post_processor: {
      type: 'TemplateProcessing',
      single: [pad, { Sequence: { id: 'A', type_id: 0 } }, pad],
    },
    decoder: null,
    model: { vocab: { [PAD]: 0, ...vocab } },
  };
}
