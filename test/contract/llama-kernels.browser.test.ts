import { PLAIN_SIMD, RELAXED_SIMD } from '../../workers/kernels/llama.wasm.ts';
import { describeKernels } from './llama-kernels.suite.ts';

describeKernels('plain SIMD', PLAIN_SIMD);
describeKernels('relaxed SIMD', RELAXED_SIMD);
