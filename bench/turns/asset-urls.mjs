// Lets Node import what the bundler answers with an address (`x.wasm?url`): a loader hook. Node.

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  if (!specifier.endsWith('?url')) return next(specifier, context);
  const { url } = await next(specifier.slice(0, -'?url'.length), context);
  const source = `export default ${JSON.stringify(url)}`;
  return { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true };
}
