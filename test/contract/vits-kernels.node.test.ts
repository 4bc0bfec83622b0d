import { PLAIN_SIMD } from '../../workers/kernels/network.wasm.ts';
import { describeVitsKernels } from './vits-kernels.suite.ts';

describeVitsKernels('plain SIMD', PLAIN_SIMD, true);
describeVitsKernels('plain SIMD in memory of its own', PLAIN_SIMD, false);
