// A room with an echo, out of PulseAudio's null sinks: the microphone hears the agent's loudspeaker and a
// person's. Node.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { quoteOutput, runCommand } from '../../scripts/lib/command.mjs';

export interface EchoRoom {
  /** For the browser's process. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Of the loudspeaker at the microphone: as of a laptop at arm's length, half the amplitude. */
const COUPLING_DB = -6;
const READY_TRIES = 50;
const READY_WAIT_MS = 100;
const FORMAT = 'rate=48000 channels=1 channel_map=mono';

/** Without rewinds a null sink keeps 50 ms in hand instead of two seconds. */
const sink = (name: string): string =>
  `module-null-sink sink_name=${name} ${FORMAT} norewinds=1 sink_properties=device.description=${name}`;

/** The agent speaks into `speaker`, the person into `person`; both are heard in `room`, whose monitor is the microphone. */
const MODULES = [
  ...[sink('speaker'), sink('person'), sink('room')],
  'module-loopback source=speaker.monitor sink=room latency_msec=30',
  'module-loopback source=person.monitor sink=room latency_msec=30',
  `module-remap-source master=room.monitor source_name=microphone ${FORMAT} source_properties=device.description=microphone`,
];

/** Rejects saying why there can be no room here; the person's own sound server is left alone. */
export async function openEchoRoom(): Promise<EchoRoom> {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-room-'));
  const server = `unix:${folder}/native`;
  const env = { PULSE_SERVER: server, XDG_RUNTIME_DIR: folder, PULSE_RUNTIME_PATH: folder };
  const modules = [
    `module-native-protocol-unix socket=${folder}/native auth-anonymous=1`,
    ...MODULES,
  ].flatMap((each) => ['-L', each]);
  const flags = ['-n', '--exit-idle-time=-1', '--use-pid-file=no', '--disallow-exit'];
  const daemon = spawn('pulseaudio', [...flags, ...modules], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  const failed = new Promise<never>((_, reject) => {
    daemon.once('error', () => reject(new Error('no pulseaudio here: apt-get install pulseaudio')));
  });
  const close = async (): Promise<void> => {
    if (daemon.exitCode === null && daemon.kill()) await once(daemon, 'exit');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.race([setUp(env), failed]);
  } catch (error) {
    await close();
    throw error;
  }
  return { env, close };
}

async function setUp(env: Readonly<Record<string, string>>): Promise<void> {
  await waitUntilReady(env);

  const commands = [
    ['set-default-sink', 'speaker'],
    ['set-default-source', 'microphone'],
    ['set-source-volume', 'speaker.monitor', `${COUPLING_DB}dB`],
  ];
  for (const command of commands) {
    const result = await runCommand('pactl', command, { env });
    if (result.code !== 0) {
      throw new Error(`pactl ${command.join(' ')}: ${quoteOutput(result)}`);
    }
  }
}

async function waitUntilReady(env: Readonly<Record<string, string>>): Promise<void> {
  for (let tries = 0; tries < READY_TRIES; tries += 1) {
    const { code, output, isMissing } = await runCommand('pactl', ['list', 'short', 'sources'], {
      env,
    });
    if (isMissing) throw new Error('no pactl here: apt-get install pulseaudio-utils');
    if (code === 0 && /^\d+\s+microphone\s/mu.test(output)) return;
    await new Promise((resolve) => setTimeout(resolve, READY_WAIT_MS));
  }
  throw new Error('PulseAudio did not come up');
}
