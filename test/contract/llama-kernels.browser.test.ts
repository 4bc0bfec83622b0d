import { PLAIN_SIMD, RELAXED_SIMD } from '../../workers/kernels/llama.wasm.ts';
import { describeKernels } from './llama-kernels.suite.ts';

describeKernels('plain SIMD', PLAIN_SIMD, true);
describeKernels('relaxed SIMD', RELAXED_SIMD, true);
describeKernels('relaxed SIMD in memory of its own', RELAXED_SIMD, false);
