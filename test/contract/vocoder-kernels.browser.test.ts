import { PLAIN_SIMD, RELAXED_SIMD } from '../../workers/kernels/vocoder.wasm.ts';
import { describeVocoderKernels } from './vocoder-kernels.suite.ts';

describeVocoderKernels('plain SIMD', PLAIN_SIMD, true);
describeVocoderKernels('relaxed SIMD', RELAXED_SIMD, true);
describeVocoderKernels('relaxed SIMD in memory of its own', RELAXED_SIMD, false);
