// The compiled arithmetic of the networks that listen and speak. Worker or Node.
import { PLAIN_SIMD, RELAXED_SIMD } from '../../kernels/network.wasm.ts';
import type { KernelSet } from '../kernel-team/kernel-set.ts';
import { KernelTeam } from '../kernel-team/kernel-team.ts';
import type { KernelTeamOptions } from '../kernel-team/kernel-team.ts';
import { chooseBinary } from '../simd-binary.ts';

const TWIDDLES_AT = 1024;
const TRANSFORM_SIZE = 32;
const UNIT_ROWS = 64;

/** What workers/kernels/network.ts exports; addresses are bytes, other numbers counts. */
export type NetworkCalls = {
  readonly packSpectra: readonly [
    ...[taps: number, outputs: number, inputs: number, count: number],
    ...[out: number, scales: number],
  ];
  readonly toSpectra: readonly [
    ...[x: number, channels: number, dilation: number, hop: number, perPhase: number],
    ...[first: number, out: number, partStride: number, scales: number],
  ];
  readonly multiplySpectra: readonly [
    ...[spectra: number, partStride: number, tiles: number, inputs: number, outputs: number],
    ...[weights: number, scales: number, out: number, outPartStride: number],
  ];
  readonly fromSpectra: readonly [
    ...[spectra: number, partStride: number, scales: number, channels: number, dilation: number],
    ...[
      hop: number,
      perPhase: number,
      first: number,
      bias: number,
      residual: number,
      out: number,
      rows: number,
    ],
  ];
  readonly multiplyRows: readonly [
    ...[x: number, stride: number, rows: number, depth: number],
    ...[weights: number, scales: number, bias: number, out: number, outStride: number],
  ];
  readonly packBytes: readonly [
    ...[bytes: number, outputs: number, inputs: number, taps: number, width: number],
    ...[outputStride: number, inputStride: number, flip: number],
    ...[zeros: number, sums: number, out: number],
  ];
  readonly roundRows: readonly [
    ...[x: number, stride: number, depth: number, limit: number, out: number, scales: number],
  ];
  readonly multiplyBytes: readonly [
    ...[x: number, rowScales: number, rows: number, depth: number, weights: number],
    ...[zeros: number, table: number, outputs: number],
    ...[residual: number, residualStride: number, factor: number, out: number, outStride: number],
  ];
  readonly packRows: readonly [
    ...[x: number, outputs: number, inputs: number, taps: number, width: number],
    ...[weights: number, scales: number],
  ];
  readonly sumRows: readonly [
    ...[x: number, channels: number, rows: number, pilot: number, sums: number],
  ];
  readonly snake: readonly [
    ...[x: number, channels: number, rows: number, parameters: number, out: number],
  ];
  readonly leak: readonly [
    ...[x: number, channels: number, rows: number, slope: number, out: number],
  ];
  readonly addScaled: readonly [
    ...[x: number, a: number, factor: number, channels: number, rows: number],
  ];
  readonly toPolar: readonly [x: number, rows: number];
  readonly normLeak: readonly [
    ...[x: number, channels: number, rows: number, parameters: number, slope: number, out: number],
  ];
  readonly doubleRows: readonly [
    ...[x: number, channels: number, rows: number, taps: number, out: number],
  ];
  readonly packPairs: readonly [source: number, inputs: number, outputs: number, out: number];
  readonly remember: readonly [
    ...[gates: number, rows: number, size: number, weights: number, scales: number],
    ...[out: number, outStride: number],
  ];
  readonly addHarmonics: readonly [phases: number, weights: number, voiced: number, out: number];
  readonly toMagnitudes: readonly [samples: number, basis: number, rows: number, out: number];
  readonly normRows: readonly [
    ...[x: number, channels: number, weight: number, bias: number, epsilon: number, out: number],
  ];
  readonly gelu: ActivationCall;
  readonly geluByTanh: ActivationCall;
  readonly tanh: ActivationCall;
  readonly rotate: readonly [
    ...[x: number, stride: number, heads: number, headSize: number, pairs: number, angles: number],
  ];
  readonly squash: readonly [x: number, channels: number, factors: number, sums: number];
  readonly shift: readonly [
    ...[x: number, channels: number, factor: number, offsets: number, out: number],
  ];
  readonly gate: readonly [x: number, width: number, out: number];
  readonly choose: readonly [x: number, count: number, out: number];
  readonly attend: AttentionCall;
  readonly attendSingly: AttentionCall;
  readonly addRows: readonly [
    ...[x: number, stride: number, a: number, aStride: number, channels: number, rows: number],
  ];
  readonly attendNear: readonly [
    ...[x: number, heads: number, size: number, rows: number],
    ...[reach: number, nearKeys: number, nearValues: number, out: number],
  ];
  readonly filterRows: readonly [
    ...[x: number, channels: number, rows: number, taps: number, dilation: number],
    ...[weights: number, bias: number, out: number],
  ];
  readonly gateTanh: readonly [
    ...[x: number, channels: number, rows: number, out: number, outStride: number],
  ];
};

type ActivationCall = readonly [x: number, channels: number, out: number];

type AttentionCall = readonly [
  ...[queries: number, queryStride: number, rows: number],
  ...[keys: number, values: number, stride: number, count: number],
  ...[headSize: number, scale: number, reach: number, out: number, outStride: number],
];

/** Too little work to be shared. */
interface WholeKernels {
  addSums(
    ...sums: [sums: number, channels: number, units: number, weight: number, total: number]
  ): void;
  settle(
    ...signal: [
      ...[total: number, channels: number, count: number, pilot: number],
      ...[style: number, epsilon: number, out: number],
    ]
  ): void;
}

export type NetworkTeam = KernelTeam<NetworkCalls, WholeKernels>;

const NETWORK: KernelSet<NetworkCalls> = {
  names: [
    ...(['packSpectra', 'toSpectra', 'multiplySpectra', 'fromSpectra', 'multiplyRows'] as const),
    ...(['packBytes', 'roundRows', 'multiplyBytes'] as const),
    ...(['normRows', 'gelu', 'geluByTanh', 'tanh', 'attend', 'attendSingly'] as const),
    ...(['rotate', 'squash', 'shift', 'gate', 'choose'] as const),
    ...(['packRows', 'sumRows', 'snake', 'leak', 'addScaled', 'toPolar'] as const),
    ...(['addRows', 'attendNear', 'filterRows', 'gateTanh'] as const),
    ...(['normLeak', 'doubleRows'] as const),
    ...(['packPairs', 'remember', 'addHarmonics', 'toMagnitudes'] as const),
  ],
  reservedBytes: 2048,
  // A panel of weights in floats for 4,096 inputs, or the spectrum of 512 channels.
  scratchBytes: 131_072,
  getBinary: () => chooseBinary({ plain: PLAIN_SIMD, relaxed: RELAXED_SIMD }),
  prepare: writeTwiddles,
};

/** Throws `RangeError` when there is no memory. */
export function createNetworkTeam(options: KernelTeamOptions = {}): NetworkTeam {
  return new KernelTeam(NETWORK, options);
}

/** Units of the kernels that go over all rows of a signal. */
export function unitsOf(rows: number): number {
  return Math.ceil(rows / UNIT_ROWS);
}

function writeTwiddles({ buffer }: WebAssembly.Memory): void {
  const table = new Float32Array(buffer, TWIDDLES_AT, 2 * TRANSFORM_SIZE);
  for (let k = 0; k < TRANSFORM_SIZE; k++) {
    const angle = (2 * Math.PI * k) / TRANSFORM_SIZE;
    table[2 * k] = Math.cos(angle);
    table[2 * k + 1] = Math.sin(angle);
  }
}
