// The golden utterance in numbers, for tests that run Kokoro's network themselves.
import { KOKORO_GOLDEN } from '../../workers/engines/kokoro-golden.ts';
import { KokoroStyles } from '../../workers/engines/kokoro-voices.ts';
import { SymbolTable } from '../../workers/engines/symbol-table.ts';
import type { KokoroInput } from '../../workers/runtimes/kokoro/kokoro-network.ts';
import { servedModelFiles as files } from './model-files-over-http.ts';

const { signal } = new AbortController();

export async function encodeGolden(): Promise<KokoroInput> {
  const { symbols, voice, speed } = KOKORO_GOLDEN;
  const bytes = await files.read('kokoro-82m', 'vocab.json', { signal });
  const { vocab } = JSON.parse(new TextDecoder().decode(bytes)) as {
    vocab: Record<string, number>;
  };
  const ids = new SymbolTable(vocab).encode(symbols);
  const style = await new KokoroStyles(files).read(voice, ids.length, { signal });
  return { tokens: [0, ...ids, 0], style, speed };
}
