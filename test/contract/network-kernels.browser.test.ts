import { PLAIN_SIMD, RELAXED_SIMD } from '../../workers/kernels/network.wasm.ts';
import { describeNetworkKernels } from './network-kernels.suite.ts';

describeNetworkKernels('plain SIMD', PLAIN_SIMD, true);
describeNetworkKernels('relaxed SIMD', RELAXED_SIMD, true);
describeNetworkKernels('relaxed SIMD in memory of its own', RELAXED_SIMD, false);
