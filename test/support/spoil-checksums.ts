// A catalogue as served, but for the checksum of one model's files: what arrives of it is damaged. In the browser.
import { vi } from 'vitest';

/** Until mocks are restored. */
export function spoilChecksums(modelId: string): void {
  const realFetch = window.fetch.bind(window);
  vi.spyOn(window, 'fetch').mockImplementation(async (input, init) => {
    const response = await realFetch(input, init);
    if (!response.url.endsWith('catalog.json')) return response;
    const catalog = (await response.json()) as {
      models: { id: string; files: { sha256: string }[] }[];
    };
    const spoilt = catalog.models.find(({ id }) => id === modelId)!;
    for (const file of spoilt.files) file.sha256 = '0'.repeat(64);
    return Response.json(catalog);
  });
}
