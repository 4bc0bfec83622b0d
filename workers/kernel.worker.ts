// Entry of a thread that takes part in another worker's kernels.
import { takePart } from './runtimes/vocoder/kernel-team.ts';
import type { TeamMember } from './runtimes/vocoder/kernel-team.ts';

self.onmessage = ({ data }: MessageEvent<TeamMember>): void => {
  self.postMessage('ready');
  takePart(data);
};
