import { PLAIN_SIMD, RELAXED_SIMD } from '../../workers/kernels/silero.wasm.ts';
import { describeKernels } from './silero-kernels.suite.ts';

describeKernels('plain SIMD', PLAIN_SIMD);
describeKernels('relaxed SIMD', RELAXED_SIMD);
