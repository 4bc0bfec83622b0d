// What the benchmark's worklets tell the page. Types and names only.

export const STAMP_PROCESSOR = 'bench-stamp';
export const POST_PROCESSOR = 'bench-post';

/** When quanta were rendered, by the wall clock in ms; the first one begins at context frame `frame`. */
export interface StampMessage {
  readonly frame: number;
  readonly epochMs: Float64Array;
}

/** One render quantum of mono samples. */
export interface QuantumMessage {
  readonly frame: number;
  readonly pcm: Float32Array<ArrayBuffer>;
}
