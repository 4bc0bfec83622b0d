// The arithmetic of the networks that listen and speak, in AssemblyScript: `npm run kernels` makes network.wasm.ts of
// it, once with relaxed SIMD and once without.
export { attend, attendSingly } from './attention';
export { multiplyBytes, packBytes, roundRows } from './bytes';
export { packPairs, remember } from './lstm';
export { packRows } from './packing';
export { choose, gate, rotate, shift, squash } from './recogniser';
export { addScaled, leak, multiplyRows } from './rows';
export { gelu, geluByTanh, normRows, tanh } from './transformer';
export { addRows, attendNear, filterRows, gateTanh } from './vits';
export { addSums, doubleRows, normLeak, settle, snake, sumRows, toPolar } from './vocoder';
export { addHarmonics, toMagnitudes } from './voice-source';
export { fromSpectra, multiplySpectra, packSpectra, toSpectra } from './spectra';
