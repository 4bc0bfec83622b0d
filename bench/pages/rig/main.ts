// What the rig's page costs without an agent: a running context, a silent microphone, the recorder. Main thread.
import { InjectedMicrophone } from '../../../talk/page/injected-microphone.ts';
import { TALK_RATE_HZ } from '../../../talk/page/plan.ts';
import { Recorder } from '../../../talk/page/recorder.ts';

/** Called by the launcher. */
export interface EmptyRig {
  /** Resolves when it records; it does so until the page is closed. */
  record(): Promise<void>;
}

/** The rig looks at its cue sheet so often while an agent is there. */
const TICK_MS = 20;

const emptyRig: EmptyRig = {
  async record() {
    const context = new AudioContext({ sampleRate: TALK_RATE_HZ, latencyHint: 'interactive' });
    await context.resume();
    const microphone = new InjectedMicrophone(context);
    const recorder = await Recorder.create(context, () => undefined);
    recorder.tapMicrophone(context.createMediaStreamSource(microphone.stream));
    setInterval(() => context.currentTime, TICK_MS);
  },
};

Object.assign(globalThis, { emptyRig });
