// What the rig's page costs without an agent: a silent microphone and the recorder, in a running context. Main thread.
import { InjectedMicrophone } from '../../../talk/page/injected-microphone.ts';
import { TALK_RATE_HZ } from '../../../talk/page/plan.ts';
import { Recorder } from '../../../talk/page/recorder.ts';

/** Called by the launcher. */
export interface EmptyRig {
  /** The context alone, which any agent that listens needs. Resolves when it runs. */
  run(): Promise<void>;
  /** Resolves when it records; it does so until the page is closed. */
  record(): Promise<void>;
}

/** The rig looks at its cue sheet so often while an agent is there. */
const TICK_MS = 20;

const emptyRig: EmptyRig = {
  async run() {
    await openContext();
  },
  async record() {
    const context = await openContext();
    const microphone = new InjectedMicrophone(context);
    const recorder = await Recorder.create(context, () => undefined);
    recorder.tapMicrophone(context.createMediaStreamSource(microphone.stream));
    setInterval(() => context.currentTime, TICK_MS);
  },
};

async function openContext(): Promise<AudioContext> {
  const context = new AudioContext({ sampleRate: TALK_RATE_HZ, latencyHint: 'interactive' });
  await context.resume();
  return context;
}

Object.assign(globalThis, { emptyRig });
