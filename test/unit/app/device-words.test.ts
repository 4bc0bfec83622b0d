import { expect, it } from 'vitest';
import { toDeviceWords } from '../../../src/app/device-words.ts';
import { deviceReport } from '../../support/device-report.ts';

const { probe } = deviceReport();

it('puts a device in words', () => {
  expect(toDeviceWords(probe)).toBe(
    'This device: 2 cores; shared memory; 8 GB of memory; no graphics processor that models can use; room for 12 GB of models.',
  );
});

it('leaves out what a browser does not tell', () => {
  const plain = { ...probe, cores: 1, memoryGib: null, freeBytes: null, hasSharedMemory: false };
  const gpu = { kind: 'hardware', name: 'acme', hasFloat16: false } as const;
  expect(toDeviceWords({ ...plain, gpu })).toBe(
    'This device: 1 core; no shared memory, so one thread per engine; a graphics processor that models can use (acme).',
  );
});
