// The arithmetic of the networks that listen and speak, in AssemblyScript: `npm run kernels` makes network.wasm.ts of
// it, once with relaxed SIMD and once without.
export { attend, attendSingly } from './attention';
export { choose, gate, rotate, shift, squash } from './recogniser';
export { addScaled, leak, multiplyBytes, multiplyRows, packBytes } from './rows';
export { gelu, geluByTanh, normRows, tanh } from './transformer';
export { addSums, settle, snake, sumRows, toPolar } from './vocoder';
export { fromSpectra, multiplySpectra, packSpectra, toSpectra } from './spectra';
