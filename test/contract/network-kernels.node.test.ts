import { PLAIN_SIMD } from '../../workers/kernels/network.wasm.ts';
import { describeNetworkKernels } from './network-kernels.suite.ts';

describeNetworkKernels('plain SIMD', PLAIN_SIMD, true);
describeNetworkKernels('plain SIMD in memory of its own', PLAIN_SIMD, false);
