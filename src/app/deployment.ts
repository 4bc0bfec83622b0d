// What a build was told about the place it is published at, from the page's own head. Main thread.
import type { AssetOptions } from '../index.ts';

/**
 * Where the models lie when they do not lie beside the page (`npm run build -- --models-url=URL`). Their
 * catalogue always does: its checksums decide which files of the other host are taken.
 */
export function readAssets(page: ParentNode): AssetOptions {
  const meta = page.querySelector<HTMLMetaElement>('meta[name="parley-models-url"]');
  return meta === null ? {} : { modelsUrl: meta.content, catalogUrl: 'models/catalog.json' };
}
