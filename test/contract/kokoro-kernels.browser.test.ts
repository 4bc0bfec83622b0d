import { PLAIN_SIMD, RELAXED_SIMD } from '../../workers/kernels/network.wasm.ts';
import { describeKokoroKernels } from './kokoro-kernels.suite.ts';

describeKokoroKernels('plain SIMD', PLAIN_SIMD, true);
describeKokoroKernels('relaxed SIMD', RELAXED_SIMD, true);
describeKokoroKernels('relaxed SIMD in memory of its own', RELAXED_SIMD, false);
