// Audio in and out under load: how late voice detection judges, what is lost, what runs dry. Main thread.
import { transfer, wrap } from 'comlink';
import type { Remote } from 'comlink';
import { createAudioGraph, transferOf } from '../../../src/audio/audio-graph.ts';
import type { AudioGraph } from '../../../src/audio/audio-graph.ts';
import { WORKLET_URLS } from '../../../src/browser/worker-scripts.ts';
import type { CaptureReader } from '../../workers/capture-reader.worker.ts';
import type { PlaybackWriter } from '../../workers/playback-writer.worker.ts';
import postUrl from '../../worklets/post.worklet.ts?worker&url';
import { POST_PROCESSOR, STAMP_PROCESSOR } from '../../worklets/quantum-message.ts';
import type { QuantumMessage, StampMessage } from '../../worklets/quantum-message.ts';
import stampUrl from '../../worklets/stamp.worklet.ts?worker&url';
import { startLoad } from './load.ts';
import type { LoadKind } from './load.ts';

export type CaptureArm = 'ours' | 'one message per quantum';

/** Called by the launcher. */
export interface CaptureBench {
  open(load: LoadKind): Promise<void>;
  /** From the rendering of a window's last quantum to its probability, for each window of the time. */
  capture(arm: CaptureArm, lengthMs: number): Promise<{ delaysMs: number[]; lostSamples: number }>;
  play(lengthMs: number): Promise<{ underruns: number }>;
}

const QUANTUM_FRAMES = 128;
/** The first windows of a run are of a path that is being opened. */
const SETTLE_MS = 500;

class Bench implements CaptureBench {
  /** Wall clock of each quantum, by its number in the context. */
  readonly #stamps = new Map<number, number>();
  readonly #reader: Remote<CaptureReader> = wrap<CaptureReader>(
    new Worker(new URL('../../workers/capture-reader.worker.ts', import.meta.url), {
      type: 'module',
    }),
  );
  readonly #writer: Remote<PlaybackWriter> = wrap<PlaybackWriter>(
    new Worker(new URL('../../workers/playback-writer.worker.ts', import.meta.url), {
      type: 'module',
    }),
  );
  #graph: AudioGraph | null = null;

  async open(load: LoadKind): Promise<void> {
    const graph = await createAudioGraph({ workletUrls: WORKLET_URLS });
    this.#graph = graph;
    const { context } = graph.session;
    await Promise.all([stampUrl, postUrl].map((url) => context.audioWorklet.addModule(url)));
    await this.#reader.load();
    const sound = new OscillatorNode(context, { frequency: 200 });
    const microphone = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    sound.connect(microphone);
    sound.start();
    graph.microphone.attachSource(microphone.stream);
    const stamp = new AudioWorkletNode(context, STAMP_PROCESSOR);
    stamp.port.onmessage = ({ data }: MessageEvent<StampMessage>) => this.#keepStamps(data);
    stamp.connect(context.destination);
    await graph.session.resume();
    await startLoad(load);
  }

  async capture(
    arm: CaptureArm,
    lengthMs: number,
  ): Promise<{ delaysMs: number[]; lostSamples: number }> {
    const close = arm === 'ours' ? await this.#openOurs() : await this.#openMessages();
    const fromMs = this.#opened.session.context.currentTime * 1_000 + SETTLE_MS;
    await wait(SETTLE_MS + lengthMs);
    const { windows, lostSamples } = await this.#reader.stop();
    close();
    // The last stamps are on their way.
    await wait(SETTLE_MS);
    const samplesPerMs = this.#opened.session.context.sampleRate / 1_000;
    const delaysMs = windows
      .filter(({ endMs }) => endMs >= fromMs)
      .flatMap(({ endMs, epochMs }) => {
        const quantum = Math.floor((endMs * samplesPerMs - 1) / QUANTUM_FRAMES);
        const renderedMs = this.#stamps.get(quantum);
        return renderedMs === undefined ? [] : [epochMs - renderedMs];
      });
    this.#stamps.clear();
    return { delaysMs, lostSamples };
  }

  play(lengthMs: number): Promise<{ underruns: number }> {
    const transport = this.#opened.connectPlayback();
    return this.#writer.play(transfer(transport, transferOf(transport)), lengthMs);
  }

  async #openOurs(): Promise<() => void> {
    const transport = this.#opened.connectCapture();
    await this.#reader.readTransport(transfer(transport, transferOf(transport)));
    return () => undefined;
  }

  /** As pages commonly do it: from the worklet to the page, and from there to the worker. */
  async #openMessages(): Promise<() => void> {
    const { session, inputNode } = this.#opened;
    const { port1, port2 } = new MessageChannel();
    await this.#reader.readMessages(transfer(port2, [port2]), session.context.sampleRate);
    const node = new AudioWorkletNode(session.context, POST_PROCESSOR);
    node.port.onmessage = ({ data }: MessageEvent<QuantumMessage>) =>
      port1.postMessage(data, [data.pcm.buffer]);
    inputNode.connect(node).connect(session.context.destination);
    return () => {
      inputNode.disconnect(node);
      node.disconnect();
      node.port.onmessage = null;
      port1.close();
    };
  }

  #keepStamps({ frame, epochMs }: StampMessage): void {
    epochMs.forEach((ms, index) => this.#stamps.set(frame / QUANTUM_FRAMES + index, ms));
  }

  get #opened(): AudioGraph {
    if (this.#graph === null) throw new Error('open() comes first.');
    return this.#graph;
  }
}

function wait(lengthMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, lengthMs));
}

Object.assign(globalThis, { captureBench: new Bench() });
