// The arithmetic of the networks that listen and speak, in AssemblyScript: `npm run kernels` makes network.wasm.ts of
// it, once with relaxed SIMD and once without.
export { addScaled, leak, multiplyBytes, multiplyRows, packBytes } from './rows';
export { fromSpectra, multiplySpectra, packSpectra, toSpectra } from './spectra';
export { addSums, settle, snake, sumRows, toPolar } from './vocoder';
