import { PLAIN_SIMD } from '../../workers/kernels/llama.wasm.ts';
import { describeKernels } from './llama-kernels.suite.ts';

describeKernels('plain SIMD', PLAIN_SIMD, true);
describeKernels('plain SIMD in memory of its own', PLAIN_SIMD, false);
