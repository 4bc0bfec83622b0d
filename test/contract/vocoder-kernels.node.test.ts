import { PLAIN_SIMD } from '../../workers/kernels/vocoder.wasm.ts';
import { describeVocoderKernels } from './vocoder-kernels.suite.ts';

describeVocoderKernels('plain SIMD', PLAIN_SIMD);
