// The rig's page: what the launcher calls, one conversation per page load. Main thread.
import { Conversation, toFailure } from './conversation.ts';
import type { TalkPlan } from './plan.ts';
import type { RawFailure, RawPrepared, RawRun } from './raw-run.ts';

/** Called by the launcher, in this order. */
export interface TalkRig {
  prepare(plan: TalkPlan): Promise<RawPrepared>;
  hold(): Promise<RawRun | RawFailure>;
  /** The recording's next stretch, interleaved s16le stereo in base64; empty at its end. */
  takeRecording(): string;
}

/** Ten seconds per call: the whole recording in one message would be too much for the protocol. */
const BLOCKS_PER_CALL = 100;
const BYTES_PER_CALL = 0x8000;

function createRig(): TalkRig {
  let conversation: Conversation | null = null;
  return {
    async prepare(plan) {
      try {
        conversation = new Conversation(plan);
      } catch (error) {
        return { isReady: false, failure: toFailure('options', error) };
      }
      try {
        return { isReady: true, ready: await conversation.prepare() };
      } catch (error) {
        return { isReady: false, failure: toFailure('load', error) };
      }
    },
    async hold() {
      if (conversation === null) return toFailure('load', new Error('prepare() comes first.'));
      try {
        return await conversation.hold();
      } catch (error) {
        return toFailure('microphone', error);
      }
    },
    takeRecording: () => toBase64(conversation?.takeRecording(BLOCKS_PER_CALL)),
  };
}

function toBase64(samples: Int16Array = new Int16Array(0)): string {
  const bytes = new Uint8Array(samples.buffer);
  let text = '';
  for (let offset = 0; offset < bytes.length; offset += BYTES_PER_CALL) {
    text += String.fromCharCode(...bytes.subarray(offset, offset + BYTES_PER_CALL));
  }
  return btoa(text);
}

Object.assign(globalThis, { talkRig: createRig() });
