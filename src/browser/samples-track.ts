// Samples as a track that the browser listens to as to a microphone. Main thread.

/** Behind by more than this, samples are played faster until they have caught up. */
const TOLERATED_S = 0.15;
/** A fourth higher in pitch, for the second or two that it takes; recognisers do not mind. */
const CATCH_UP_RATE = 1.25;
/** So far ahead samples are put on the clock: none is late when the thread was held up for a moment. */
const LEAD_S = 0.02;
const SAMPLE_RATE_HZ = 16_000;

export interface SamplesTrack {
  readonly track: MediaStreamTrack;
  /** Mono 16 kHz, played behind what was pushed before. */
  push(pcm: Float32Array): void;
  /** Until the last sample was played, ms. */
  readonly waitingMs: number;
  close(): void;
}

/** @param context at any rate; belongs to the caller. */
export function createSamplesTrack(context: AudioContext): SamplesTrack {
  const destination = context.createMediaStreamDestination();
  const [track] = destination.stream.getAudioTracks();
  if (track === undefined) throw new TypeError('The browser made a stream without a track.');
  let endsAt = 0;
  return {
    track,
    get waitingMs() {
      return 1_000 * Math.max(0, endsAt - context.currentTime);
    },
    push(pcm) {
      if (pcm.length === 0) return;
      const buffer = context.createBuffer(1, pcm.length, SAMPLE_RATE_HZ);
      buffer.getChannelData(0).set(pcm);
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(destination);
      const startsAt = Math.max(endsAt, context.currentTime + LEAD_S);
      const isBehind = startsAt - context.currentTime > TOLERATED_S;
      source.playbackRate.value = isBehind ? CATCH_UP_RATE : 1;
      source.start(startsAt);
      endsAt = startsAt + buffer.duration / source.playbackRate.value;
    },
    close() {
      track.stop();
      destination.disconnect();
    },
  };
}
