// Which microphones and loudspeakers there are, and when that changes. Main thread.

export interface AudioDevice {
  readonly id: string;
  /** Empty until the person allowed a microphone. */
  readonly label: string;
  /** The entry that follows the system's choice. */
  readonly isDefault: boolean;
}

export interface AudioDevices {
  readonly inputs: readonly AudioDevice[];
  /** Empty where the browser does not list them. */
  readonly outputs: readonly AudioDevice[];
}

/** The page's device list; undefined on a page that is not secure, which the type does not know. */
export function pageMediaDevices(): MediaDevices | undefined {
  return navigator.mediaDevices;
}

/** Lists what the browser shows now; nothing on an insecure page. */
export async function listAudioDevices(
  mediaDevices: MediaDevices | undefined = pageMediaDevices(),
): Promise<AudioDevices> {
  const devices = (await mediaDevices?.enumerateDevices()) ?? [];
  return { inputs: select(devices, 'audioinput'), outputs: select(devices, 'audiooutput') };
}

/**
 * Calls back with a fresh list after each change. Android Chrome never tells, so the list is also read
 * again when the page becomes visible. Returns the detach.
 */
export function watchAudioDevices(
  listener: (devices: AudioDevices) => void,
  mediaDevices: MediaDevices | undefined = pageMediaDevices(),
): () => void {
  const watching = new AbortController();
  const { signal } = watching;
  const handleChange = (): void => {
    void listAudioDevices(mediaDevices).then(
      (devices) => {
        if (!signal.aborted) listener(devices);
      },
      // A list that cannot be read now is read at the next change.
      () => undefined,
    );
  };
  mediaDevices?.addEventListener('devicechange', handleChange, { signal });
  const handleVisibility = (): void => {
    if (document.visibilityState === 'visible') handleChange();
  };
  document.addEventListener('visibilitychange', handleVisibility, { signal });
  return () => watching.abort();
}

function select(devices: readonly MediaDeviceInfo[], kind: MediaDeviceKind): AudioDevice[] {
  return devices
    .filter((device) => device.kind === kind)
    .map(({ deviceId, label }) => ({ id: deviceId, label, isDefault: deviceId === 'default' }));
}
