// Looks at the device: cores, memory, shared memory, graphics processor, room. Downloads nothing. Main thread.
import type { DeviceGpu, DeviceProbe } from '../agent/engine-choice.ts';
import { withDeadline } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';

/** The little of WebGPU that is used here, since the compiler's library does not describe it. */
interface GpuAdapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
  /** Of older browsers; later ones have it in `info`. */
  readonly isFallbackAdapter?: boolean;
  readonly features: ReadonlySet<string>;
}

/** What is asked; a browser has it all, and tests have what they like. */
export interface ProbedPlatform {
  readonly hardwareConcurrency: number;
  /** Chromium alone. */
  readonly deviceMemory?: number;
  readonly gpu?: { requestAdapter(): Promise<GpuAdapter | null> };
  readonly storage?: { estimate(): Promise<{ quota?: number; usage?: number }> };
}

export interface ProbeOptions {
  readonly platform: ProbedPlatform;
  readonly isIsolated: boolean;
  readonly clock: Clock;
}

/** A driver that is still starting counts as none: nobody waits for it. */
const ANSWER_LIMIT_MS = 2_000;
const NO_GPU: DeviceGpu = { kind: 'none', name: '', hasFloat16: false };

/** Of the page that this runs in. */
export function probeThisDevice(clock: Clock): Promise<DeviceProbe> {
  const { crossOriginIsolated: isIsolated } = globalThis;
  return probeDevice({ platform: navigator, isIsolated, clock });
}

/** Never rejects: what cannot be found out is not there. Takes 2 s at most. */
export async function probeDevice(options: ProbeOptions): Promise<DeviceProbe> {
  const { platform, isIsolated: hasSharedMemory } = options;
  const [gpu, freeBytes] = await Promise.all([
    orElse(probeGpu(platform), NO_GPU, options.clock),
    orElse(probeRoom(platform), null, options.clock),
  ]);
  const { hardwareConcurrency: cores, deviceMemory: memoryGib = null } = platform;
  return { cores, memoryGib, hasSharedMemory, gpu, freeBytes };
}

async function probeGpu({ gpu }: ProbedPlatform): Promise<DeviceGpu> {
  const adapter = (await gpu?.requestAdapter()) ?? null;
  if (adapter === null) return NO_GPU;
  const { vendor, architecture, description } = adapter.info;
  const name = [vendor, architecture, description].filter((part) => part !== '').join(' ');
  const isMarked = adapter.info.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false;
  // Some software adapters do not say that they are.
  const isSoftware = isMarked || /swiftshader|llvmpipe|software/iu.test(name);
  const hasFloat16 = adapter.features.has('shader-f16');
  return { kind: isSoftware ? 'software' : 'hardware', name, hasFloat16 };
}

async function probeRoom({ storage }: ProbedPlatform): Promise<number | null> {
  const { quota, usage = 0 } = (await storage?.estimate()) ?? {};
  return quota === undefined ? null : Math.max(0, quota - usage);
}

function orElse<T>(answer: Promise<T>, otherwise: T, clock: Clock): Promise<T> {
  const toTimeoutError = (): Error => new Error('no answer');
  const bounded = withDeadline(answer, { clock, limitMs: ANSWER_LIMIT_MS, toTimeoutError });
  return bounded.catch(() => otherwise);
}
