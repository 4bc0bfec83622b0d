// Streaming parts for code that brings audio or text of its own (docs/streaming-parts.md). Portable; the agent's page
// does not need them.
export { ChunkQueue } from './core/chunk-queue.ts';
export type {
  ChunkQueueEvent,
  ChunkQueueOptions,
  ChunkQueueStats,
  OverflowPolicy,
} from './core/chunk-queue.ts';
export { JITTER_PRESETS, JitterBuffer } from './core/jitter-buffer.ts';
export type {
  JitterBufferEvent,
  JitterBufferLimits,
  JitterBufferOptions,
  JitterBufferStats,
} from './core/jitter-buffer.ts';
export {
  createAudioChunk,
  fromJson as audioChunkFromJson,
  lengthMsOf as audioChunkLengthMs,
  toJson as audioChunkToJson,
} from './core/audio-chunk.ts';
export type {
  AudioChunk,
  AudioChunkInit,
  AudioChunkJson,
  AudioFormat,
} from './core/audio-chunk.ts';
