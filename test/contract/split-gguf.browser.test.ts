// A model in parts on llama.cpp, and how much of a model this thread holds while it is loaded. In the browser.
import { describe, expect, test } from 'vitest';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import { loadLlama } from '../../workers/engines/llama-llm.ts';
import { LlamaEngine } from '../../workers/engines/llama-engine.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import { splitGguf } from '../support/split-gguf.ts';

const modelId = 'smollm2-135m-instruct';
const FILE = 'SmolLM2-135M-Instruct.Q4_1.gguf';
const { signal } = new AbortController();
const HOUSE = { modelId, threads: 1, contextTokens: 256, signal };

/** Hands parts out, and tells how many bytes of those handed out are still held at each later one, and at the end. */
function watched(parts: ReadonlyMap<string, ArrayBuffer>) {
  const given: ArrayBuffer[] = [];
  const held: number[] = [];
  const heldBytes = (): number => given.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const files: ModelFiles = {
    async read(_, fileName) {
      held.push(heldBytes());
      const bytes = parts.get(fileName)!.slice(0);
      given.push(bytes);
      return bytes;
    },
  };
  return { files, held, heldBytes };
}

async function ask(engine: LlamaEngine): Promise<string> {
  const messages = [{ role: 'user', content: 'What is the capital of France?' }] as const;
  let answer = '';
  const request = { messages, maxTokens: 8, temperature: 0, seed: 1, signal };
  for await (const part of engine.generate(request)) {
    if (part.type === 'text-delta') answer += part.text;
  }
  return answer;
}

describe('a model on llama.cpp', () => {
  test('in parts is held a part at a time, and answers as the whole does', async () => {
    const whole = await servedModelFiles.read(modelId, FILE, { signal });
    const parts = splitGguf(whole, 3);
    const names = parts.map((_, index) => `model-0000${index + 1}-of-00003.gguf`);
    const byName = new Map(parts.map((bytes, index) => [names[index]!, bytes]));
    const { files, held, heldBytes } = watched(byName);
    const runtime = await loadLlama({ ...HOUSE, files, fileNames: names }, { isOnGpu: false });
    expect(held).toEqual([0, 0, 0]);
    expect(heldBytes()).toBe(0);
    expect(Math.max(...parts.map(({ byteLength }) => byteLength))).toBeLessThan(
      0.6 * whole.byteLength,
    );
    const engine = new LlamaEngine(runtime);
    expect(await ask(engine)).toMatch(/Paris/u);
    await engine.dispose();
  });

  test('of which a part is missing is refused', async () => {
    const whole = await servedModelFiles.read(modelId, FILE, { signal });
    const [first, , last] = splitGguf(whole, 3);
    const { files } = watched(
      new Map([
        ['a-1.gguf', first!],
        ['a-2.gguf', last!],
      ]),
    );
    await expect(
      loadLlama({ ...HOUSE, files, fileNames: ['a-1.gguf', 'a-2.gguf'] }, { isOnGpu: false }),
    ).rejects.toMatchObject({ code: 'model-invalid' });
  });
});
