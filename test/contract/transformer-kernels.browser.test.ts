import { PLAIN_SIMD, RELAXED_SIMD } from '../../workers/kernels/network.wasm.ts';
import { describeTransformerKernels } from './transformer-kernels.suite.ts';

describeTransformerKernels('plain SIMD', PLAIN_SIMD, true);
describeTransformerKernels('relaxed SIMD', RELAXED_SIMD, true);
describeTransformerKernels('relaxed SIMD in memory of its own', RELAXED_SIMD, false);
