// Choice of microphone and loudspeaker, as far as the browser offers it. Main thread.
import type { AppSession } from './app-session.ts';
import { h, labelledSelect } from './dom.ts';
import type { Part } from './dom.ts';

const FOLLOW_SYSTEM = ['', 'As the system says'] as const;

export function createDevicesPart(session: AppSession): Part {
  const microphone = labelledSelect('Microphone', [FOLLOW_SYSTEM], (value) => {
    void session.setInputDevice(value === '' ? null : value);
  });
  const speaker = labelledSelect('Loudspeaker', [FOLLOW_SYSTEM], (value) => {
    void session.setOutputDevice(value === '' ? null : value);
  });
  speaker.element.hidden = !('setSinkId' in AudioContext.prototype);
  const refresh = async (): Promise<void> => {
    const devices = await listDevices();
    fill(microphone.select, devices, 'audioinput');
    fill(speaker.select, devices, 'audiooutput');
  };
  onDeviceChange(() => void refresh());
  let isOpen = false;
  return {
    element: h('div', { class: 'group' }, [microphone.element, speaker.element]),
    update({ state }) {
      const wasOpen = isOpen;
      isOpen = state.microphone === 'on' || state.microphone === 'muted';
      microphone.select.disabled = !isOpen;
      // Names of devices are known only once the microphone was allowed.
      if (isOpen && !wasOpen) void refresh();
    },
  };
}

/** Absent on pages that are not served securely. */
function mediaDevices(): MediaDevices | undefined {
  return (navigator as { readonly mediaDevices?: MediaDevices }).mediaDevices;
}

async function listDevices(): Promise<readonly MediaDeviceInfo[]> {
  try {
    return (await mediaDevices()?.enumerateDevices()) ?? [];
  } catch {
    // A page that may not list devices still follows the system's choice.
    return [];
  }
}

function onDeviceChange(listener: () => void): void {
  mediaDevices()?.addEventListener('devicechange', listener);
}

function fill(
  select: HTMLSelectElement,
  devices: readonly MediaDeviceInfo[],
  kind: MediaDeviceKind,
): void {
  const chosen = select.value;
  const named = devices.filter(
    (device) => device.kind === kind && device.label !== '' && device.deviceId !== 'default',
  );
  const options = [FOLLOW_SYSTEM, ...named.map((device) => [device.deviceId, device.label])];
  select.replaceChildren(
    ...options.map(([value = '', text = '']) => h('option', { value }, [text])),
  );
  select.value = named.some((device) => device.deviceId === chosen) ? chosen : '';
}
