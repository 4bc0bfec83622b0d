import { PLAIN_SIMD } from '../../workers/kernels/network.wasm.ts';
import { describeRecogniserKernels } from './recogniser-kernels.suite.ts';

describeRecogniserKernels('plain SIMD', PLAIN_SIMD, true);
describeRecogniserKernels('plain SIMD in memory of its own', PLAIN_SIMD, false);
