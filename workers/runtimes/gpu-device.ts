// A device of WebGPU for a model, or why there is none. In a worker.
import { messageOf, VoiceAgentError } from '../../src/core/errors.ts';

/** The little of WebGPU that is used here, since the compiler's library does not describe it. */
interface GpuAdapter {
  readonly info: GpuAdapterInfo;
  /** Of older browsers; later ones have it in `info`. */
  readonly isFallbackAdapter?: boolean;
  readonly features: ReadonlySet<string>;
  readonly limits: Readonly<Record<string, number>>;
  requestDevice(descriptor: {
    readonly requiredFeatures: readonly string[];
    readonly requiredLimits: Readonly<Record<string, number>>;
  }): Promise<GpuDevice>;
}

interface GpuAdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

export interface GpuDevice {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  destroy(): void;
}

export interface Gpu {
  readonly device: GpuDevice;
  /** Vendor and architecture, and what else tells one adapter from another. */
  readonly adapter: string;
  /** Rejects with `gpu-lost` when the device is lost; never resolves. */
  readonly lost: Promise<never>;
}

export interface OpenGpuOptions {
  /** Whether a software adapter is taken: right and very slow. Default false. */
  readonly allowFallbackAdapter?: boolean;
  /** Whether WebAssembly must be able to wait for it (JSPI), as the smaller build of ONNX Runtime does. Default true. */
  readonly needsJspi?: boolean;
}

/** What a large model may need; an adapter's own limits are above the defaults of a device. */
const LIMITS = [
  ...['maxBufferSize', 'maxStorageBufferBindingSize', 'maxStorageBuffersPerShaderStage'],
  ...['maxComputeWorkgroupStorageSize', 'maxComputeInvocationsPerWorkgroup'],
  ...['maxComputeWorkgroupSizeX', 'maxComputeWorkgroupSizeY', 'maxComputeWorkgroupSizeZ'],
  ...['maxComputeWorkgroupsPerDimension'],
] as const;
const FEATURES = ['shader-f16', 'subgroups'] as const;

/** Rejects with `unsupported` where there is no WebGPU, no adapter, or one of software alone, or no JSPI. */
export async function openGpu({
  allowFallbackAdapter = false,
  needsJspi = true,
}: OpenGpuOptions = {}): Promise<Gpu> {
  if (needsJspi && !('Suspending' in WebAssembly)) {
    throw unsupported('WebAssembly JSPI', 'This browser cannot wait for a graphics processor');
  }
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<GpuAdapter | null> } };
  const adapter = (await gpu?.requestAdapter()) ?? null;
  if (adapter === null) throw unsupported('WebGPU', 'This browser has no adapter for it');
  if (!allowFallbackAdapter && isFallback(adapter)) {
    throw unsupported('WebGPU on this device', 'Its adapter computes in software');
  }
  const device = await requestDevice(adapter);
  const name = nameOf(adapter.info);
  const lost = device.lost.then(({ reason, message }) => {
    throw gpuLost(name, message === '' ? reason : message);
  });
  // Whoever computes looks at it; a device that is lost while nobody does is found at the next run.
  lost.catch(() => undefined);
  return { device, adapter: name, lost };
}

export function gpuLost(adapter: string, reason: string, cause?: unknown): VoiceAgentError {
  return new VoiceAgentError(
    'gpu-lost',
    `The graphics processor (${adapter}) was lost: ${reason}. The processor takes over; reload the page to use it again.`,
    { details: { adapter }, cause },
  );
}

export function unsupported(feature: string, why: string): VoiceAgentError<'unsupported'> {
  return new VoiceAgentError('unsupported', `${why}. The processor computes instead.`, {
    details: { feature },
  });
}

async function requestDevice(adapter: GpuAdapter): Promise<GpuDevice> {
  try {
    return await adapter.requestDevice({
      requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)),
      requiredLimits: Object.fromEntries(
        LIMITS.flatMap((name) => {
          const limit = adapter.limits[name];
          return limit === undefined ? [] : [[name, limit]];
        }),
      ),
    });
  } catch (error) {
    throw unsupported('WebGPU', `The adapter gives no device (${messageOf(error)})`);
  }
}

/** Whether it is software, whatever it calls itself. */
function isFallback({ info, isFallbackAdapter }: GpuAdapter): boolean {
  const isMarked = info.isFallbackAdapter ?? isFallbackAdapter ?? false;
  return isMarked || /swiftshader|llvmpipe|software/iu.test(nameOf(info));
}

function nameOf({ vendor, architecture, device, description }: GpuAdapterInfo): string {
  const parts = [vendor, architecture, device, description].filter((part) => part !== '');
  return parts.length === 0 ? 'unnamed' : parts.join(' ');
}
