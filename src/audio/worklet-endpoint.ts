// One worklet node and the way other threads reach it. Main thread.
import type { WorkletMessage, WorkletStore } from '../core/worklet-protocol.ts';

export interface WorkletEndpointOptions {
  readonly processor: string;
  readonly store: WorkletStore;
  readonly node: AudioWorkletNodeOptions;
  /** Called when the processor threw: the node is silent from then on. */
  readonly onFailure: () => void;
}

/** The transport of either direction; has the shape of both `CaptureTransport` and `PlaybackTransport`. */
export type WorkletTransport =
  | { readonly kind: 'shared'; readonly sampleRateHz: number; readonly memory: SharedArrayBuffer }
  | {
      readonly kind: 'port';
      readonly sampleRateHz: number;
      readonly capacitySamples: number;
      readonly port: MessagePort;
    };

export class WorkletEndpoint {
  readonly node: AudioWorkletNode;
  readonly #store: WorkletStore;

  constructor(context: BaseAudioContext, options: WorkletEndpointOptions) {
    this.#store = options.store;
    this.node = new AudioWorkletNode(context, options.processor, options.node);
    this.node.onprocessorerror = options.onFailure;
  }

  /**
   * A transport to post to a worker; over ports, the one returned before stops working. A worker that
   * replaces a dead one gets a fresh transport.
   */
  connect(): WorkletTransport {
    const sampleRateHz = this.node.context.sampleRate;
    if (this.#store.kind === 'shared') return { ...this.#store, sampleRateHz };
    const { port1, port2 } = new MessageChannel();
    this.#post({ type: 'connect', port: port1 }, [port1]);
    return { ...this.#store, sampleRateHz, port: port2 };
  }

  /** Ends the processor: one that is only disconnected would live as long as its context. */
  stop(): void {
    this.#post({ type: 'stop' });
    this.node.disconnect();
  }

  #post(message: WorkletMessage, transfer: Transferable[] = []): void {
    this.node.port.postMessage(message, transfer);
  }
}
