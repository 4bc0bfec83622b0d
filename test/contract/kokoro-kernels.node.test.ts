import { PLAIN_SIMD } from '../../workers/kernels/network.wasm.ts';
import { describeKokoroKernels } from './kokoro-kernels.suite.ts';

describeKokoroKernels('plain SIMD', PLAIN_SIMD, true);
describeKokoroKernels('plain SIMD in memory of its own', PLAIN_SIMD, false);
