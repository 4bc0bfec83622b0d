import { PLAIN_SIMD, RELAXED_SIMD } from '../../workers/kernels/network.wasm.ts';
import { describeRecogniserKernels } from './recogniser-kernels.suite.ts';

describeRecogniserKernels('plain SIMD', PLAIN_SIMD, true);
describeRecogniserKernels('relaxed SIMD', RELAXED_SIMD, true);
describeRecogniserKernels('relaxed SIMD in memory of its own', RELAXED_SIMD, false);
