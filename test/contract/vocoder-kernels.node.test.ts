import { PLAIN_SIMD } from '../../workers/kernels/vocoder.wasm.ts';
import { describeVocoderKernels } from './vocoder-kernels.suite.ts';

describeVocoderKernels('plain SIMD', PLAIN_SIMD, true);
describeVocoderKernels('plain SIMD in memory of its own', PLAIN_SIMD, false);
