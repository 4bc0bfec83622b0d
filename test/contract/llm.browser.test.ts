// The language model contract on llama.cpp with real weights.
import { createLlamaLlm } from '../../workers/engines/llama-llm.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import { describeLlmContract } from './llm.suite.ts';

describeLlmContract('llama', {
  create: () =>
    createLlamaLlm({
      files: servedModelFiles,
      modelId: 'smollm2-135m-instruct',
      fileName: 'SmolLM2-135M-Instruct.Q4_1.gguf',
      // Two threads wait for each other at every step: on a busy machine that takes minutes.
      threads: 1,
      contextTokens: 1_024,
      signal: new AbortController().signal,
    }),
  answer: /Paris/u,
  countsPromptTokens: true,
});
