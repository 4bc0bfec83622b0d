// A microphone that hears what a test plays. In the browser.
import { SAMPLE_RATE_HZ } from './recordings.ts';

export interface PlayedMicrophone {
  readonly stream: MediaStream;
  /** Plays 16 kHz samples once; silence before and after. Resolves when they are over. */
  play(pcm: Float32Array): Promise<void>;
  dispose(): Promise<void>;
}

export function openPlayedMicrophone(): PlayedMicrophone {
  const context = new AudioContext();
  const microphone = new MediaStreamAudioDestinationNode(context);
  return {
    stream: microphone.stream,
    play: (pcm) => {
      const buffer = context.createBuffer(1, pcm.length, SAMPLE_RATE_HZ);
      buffer.copyToChannel(new Float32Array(pcm), 0);
      const player = new AudioBufferSourceNode(context, { buffer });
      player.connect(microphone);
      player.start();
      return new Promise((resolve) => {
        player.onended = () => resolve();
      });
    },
    dispose: () => context.close(),
  };
}
