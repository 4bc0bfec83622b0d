import { expect, test } from 'vitest';
import { releaseBuffers } from '../../../workers/runtimes/release-buffers.ts';

test('buffers are let go, shared ones stay', () => {
  const buffer = new ArrayBuffer(8);
  const shared = new SharedArrayBuffer(8);
  releaseBuffers([buffer, shared, buffer]);
  expect([buffer.byteLength, shared.byteLength]).toEqual([0, 8]);
});
