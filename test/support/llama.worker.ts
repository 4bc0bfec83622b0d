// Answers one question inside a dedicated worker, as the product does.
import { createLlamaLlm } from './llm-engines.ts';
import { servedModelFiles } from './model-files-over-http.ts';

async function answer(question: string): Promise<string> {
  const { signal } = new AbortController();
  const llm = await createLlamaLlm({
    files: servedModelFiles,
    modelId: 'smollm2-135m-instruct',
    fileNames: ['SmolLM2-135M-Instruct.Q4_1.gguf'],
    threads: 4,
    contextTokens: 512,
    signal,
  });
  const messages = [
    { role: 'system', content: '' },
    { role: 'user', content: question },
  ] as const;
  const request = { messages, maxTokens: 8, temperature: 0, seed: 1, signal };
  let text = '';
  for await (const part of llm.generate(request)) if (part.type === 'text-delta') text += part.text;
  await llm.dispose();
  return `${llm.info.threads}: ${text}`;
}

addEventListener('message', ({ data }: MessageEvent<string>) => {
  answer(data).then(
    (text) => postMessage(text),
    (error: unknown) => postMessage(String(error)),
  );
});
