// The language model contract with real weights: on kernels of our own, and on llama.cpp.
import { LlamaEngine } from '../../workers/engines/llama-engine.ts';
import { createWllamaRuntime } from '../../workers/runtimes/wllama-runtime.ts';
import { createLlamaLlm } from '../support/llm-engines.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import { describeLlmContract } from './llm.suite.ts';

const modelId = 'smollm2-135m-instruct';
const fileName = 'SmolLM2-135M-Instruct.Q4_1.gguf';
const { signal } = new AbortController();
// Two threads wait for each other at every step: on a busy machine that takes minutes.
const house = { modelId, threads: 1, contextTokens: 1_024, signal };

describeLlmContract('llama kernels', {
  create: () => createLlamaLlm({ ...house, files: servedModelFiles, fileNames: [fileName] }),
  answer: /Paris/u,
  countsPromptTokens: true,
  isToldToCall: true,
});

describeLlmContract('llama.cpp', {
  create: async () => {
    const bytes = await servedModelFiles.read(modelId, fileName, { signal });
    return new LlamaEngine(await createWllamaRuntime([new Blob([bytes])], house));
  },
  answer: /Paris/u,
  countsPromptTokens: true,
  isToldToCall: true,
});
