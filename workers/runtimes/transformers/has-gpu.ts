// Whether models can run on a graphics card here. Worker or page.

interface Gpu {
  requestAdapter(): Promise<{
    readonly isFallbackAdapter?: boolean;
    readonly info?: AdapterInfo;
  } | null>;
}

interface AdapterInfo {
  readonly isFallbackAdapter?: boolean;
}

/**
 * A WebGPU adapter that is not computed on the processor, in a browser whose WebAssembly can wait for it (JSPI): the
 * runtime's other build for WebGPU is larger than many hosts take for one file.
 */
export async function hasGpu(): Promise<boolean> {
  if (!('Suspending' in WebAssembly)) return false;
  const { gpu } = navigator as unknown as { readonly gpu?: Gpu };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (adapter === undefined || adapter === null) return false;
  return !(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false);
}
