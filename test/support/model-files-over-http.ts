// Weights for browser tests, read from the development server; a file that is missing says so.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';

export const servedModelFiles: ModelFiles = {
  async read(modelId, fileName, { signal }) {
    const url = `/models/${modelId}/${fileName}`;
    const response = await fetch(url, { signal });
    const type = response.headers.get('content-type') ?? '';
    if (!response.ok || type.includes('html')) {
      throw new Error(`${url} is missing: run "npm run models".`);
    }
    return response.arrayBuffer();
  },
};
