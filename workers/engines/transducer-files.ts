// The files of a streaming transducer, told by the beginnings of their names. In any worker.
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import type { CatalogModel } from '../../src/models/catalog.ts';

type TransducerFile = 'encoder' | 'decoder' | 'joiner' | 'tokens';

/** Rejects as `files.read` does. */
export async function readTransducer({
  files,
  model,
  signal,
}: {
  readonly files: ModelFiles;
  readonly model: CatalogModel;
  readonly signal: AbortSignal;
}): Promise<Record<TransducerFile, ArrayBuffer>> {
  const read = (start: string): Promise<ArrayBuffer> => {
    const name = model.files.find((file) => file.name.startsWith(start))?.name ?? start;
    return files.read(model.id, name, { signal });
  };
  const [encoder, decoder, joiner, tokens] = await Promise.all([
    read('encoder'),
    read('decoder'),
    read('joiner'),
    read('tokens.txt'),
  ]);
  return { encoder, decoder, joiner, tokens };
}
