// The outside of a model compiled for WebLLM: its real inside needs a graphics card. In Node or in a browser.
import { toJsonFile } from './toy-models.ts';
import type { ToyModel } from './toy-models.ts';

export const TOY_COMPILED: ToyModel = {
  id: 'toy-compiled',
  task: 'llm',
  backends: ['webgpu'],
  files: {
    'mlc-chat-config.json': toJsonFile({ tokenizer_files: ['tokenizer.json'], vocab_size: 8 }),
    'tensor-cache.json': toJsonFile({ records: [] }),
    'tokenizer.json': toJsonFile({}),
    // A module of WebAssembly with nothing in it.
    'toy-webgpu.wasm': Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
  },
};
