import { expect, test } from 'vitest';
import { listAudioDevices, watchAudioDevices } from '../../../src/audio/devices.ts';
import type { AudioDevices } from '../../../src/audio/devices.ts';

class FakeDevices extends EventTarget {
  list = [
    { kind: 'audioinput', deviceId: 'default', label: 'Default - Desk' },
    { kind: 'audioinput', deviceId: 'desk', label: 'Desk' },
    { kind: 'videoinput', deviceId: 'camera', label: 'Camera' },
    { kind: 'audiooutput', deviceId: 'ear', label: 'Headset' },
  ];

  async enumerateDevices(): Promise<unknown[]> {
    return this.list;
  }
}

const create = (): { fake: FakeDevices; devices: MediaDevices } => {
  const fake = new FakeDevices();
  return { fake, devices: fake as unknown as MediaDevices };
};

test('lists microphones and loudspeakers apart, without cameras', async () => {
  expect(await listAudioDevices(create().devices)).toEqual({
    inputs: [
      { id: 'default', label: 'Default - Desk', isDefault: true },
      { id: 'desk', label: 'Desk', isDefault: false },
    ],
    outputs: [{ id: 'ear', label: 'Headset', isDefault: false }],
  });
});

test('tells of changes with a fresh list until it is detached', async () => {
  const { fake, devices } = create();
  const seen: AudioDevices[] = [];
  const detach = watchAudioDevices((list) => seen.push(list), devices);
  fake.list = [];
  fake.dispatchEvent(new Event('devicechange'));
  await expect.poll(() => seen).toEqual([{ inputs: [], outputs: [] }]);
  document.dispatchEvent(new Event('visibilitychange'));
  await expect.poll(() => seen.length).toBe(2);
  detach();
  fake.dispatchEvent(new Event('devicechange'));
  await listAudioDevices(devices);
  expect(seen.length).toBe(2);
});
