// Entry of a thread that takes part in another worker's kernels.
import { takePart } from './runtimes/kernel-team/kernel-team.ts';
import type { TeamMember } from './runtimes/kernel-team/kernel-team.ts';

self.onmessage = ({ data }: MessageEvent<TeamMember>): void => {
  self.postMessage('ready');
  takePart(data);
};
