// What a build was told about the place it is published at, from the page's own head. Main thread.
import type { AssetOptions } from '../index.ts';

/**
 * Where the models lie when they do not lie beside the page (`npm run build -- --models-url=URL`), and where else
 * (`--models-mirror=URL`, in their order). Their catalogue always lies beside it: its checksums decide which files
 * of other hosts are taken.
 */
export function readAssets(page: ParentNode): AssetOptions {
  const [modelsUrl] = readMetas(page, 'parley-models-url');
  const mirrors = readMetas(page, 'parley-models-mirror');
  if (modelsUrl === undefined) return { mirrors };
  return { modelsUrl, mirrors, catalogUrl: 'models/catalog.json' };
}

function readMetas(page: ParentNode, name: string): string[] {
  const metas = page.querySelectorAll<HTMLMetaElement>(`meta[name="${name}"]`);
  return [...metas].map(({ content }) => content);
}
