import { PLAIN_SIMD, RELAXED_SIMD } from '../../workers/kernels/network.wasm.ts';
import { describeVitsKernels } from './vits-kernels.suite.ts';

describeVitsKernels('plain SIMD', PLAIN_SIMD, true);
describeVitsKernels('relaxed SIMD', RELAXED_SIMD, true);
describeVitsKernels('relaxed SIMD in memory of its own', RELAXED_SIMD, false);
