// Which of two builds of the same kernels a browser gets. Worker or Node.
import { fromBase64 } from '../../src/core/base64.ts';

/** One source in `workers/kernels`, as base64 text. */
export interface KernelBuilds {
  readonly plain: string;
  readonly relaxed: string;
}

/**
 * Relaxed SIMD makes one step of a product and a sum: taken where the browser knows it, and where it has what the
 * kernels need of it right.
 */
export function chooseBinary(
  { plain, relaxed }: KernelBuilds,
  isRight: (binary: Uint8Array<ArrayBuffer>) => boolean = () => true,
): Uint8Array<ArrayBuffer> {
  const binary = fromBase64(relaxed);
  return WebAssembly.validate(binary) && isRight(binary) ? binary : fromBase64(plain);
}
