import { PLAIN_SIMD } from '../../workers/kernels/network.wasm.ts';
import { describeTransformerKernels } from './transformer-kernels.suite.ts';

describeTransformerKernels('plain SIMD', PLAIN_SIMD, true);
describeTransformerKernels('plain SIMD in memory of its own', PLAIN_SIMD, false);
