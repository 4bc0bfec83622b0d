import { expect, test } from 'vitest';
import type { EngineInfo } from '../../../src/core/contracts/engine.ts';
import type { SttStream, SttStreamOptions } from '../../../src/core/contracts/speech-to-text.ts';
import { UserTurn } from '../../../src/agent/user-turn.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { ScriptedStt } from '../../../src/testing/scripted-stt.ts';

/** Says how much of the audio it had been given whenever a transcript was asked for. */
class CountingStt extends ScriptedStt {
  readonly asked: number[] = [];
  override readonly info: EngineInfo;

  constructor(backend: EngineInfo['backend']) {
    super({ clock: new ManualClock(), lines: ['Hello.'] });
    this.info = { name: 'counting', stage: 'stt', modelIds: [], backend, threads: 1 };
  }

  override open(options: SttStreamOptions): SttStream {
    const stream = super.open(options);
    let samples = 0;
    return {
      push: (pcm) => {
        samples += pcm.length;
        stream.push(pcm);
      },
      transcribe: (request) => {
        this.asked.push(samples / WINDOW_SAMPLES);
        return stream.transcribe(request);
      },
      close: () => stream.close(),
    };
  }
}

const WINDOW_SAMPLES = 512;
const WHOLE = 128_000;

/** A turn that hears windows of 32 ms, each filled with its number, from 1 on. */
function createTurn(backend: EngineInfo['backend'] = 'js') {
  const stt = new CountingStt(backend);
  const { signal } = new AbortController();
  const turn = new UserTurn({
    id: 't1',
    stt,
    language: 'en',
    hints: [],
    signal,
    onPartial: () => undefined,
  });
  let count = 0;
  const hear = (windows: number, isPause: boolean): void => {
    for (let index = 0; index < windows; index += 1) {
      count += 1;
      turn.push(new Float32Array(WINDOW_SAMPLES).fill(count), isPause);
    }
  };
  const heard = (samples = WHOLE): number[] => [...new Set(turn.recentAudio(samples))];
  return { turn, stt, hear, heard };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('the end-of-turn model hears the stretch since the last pause of 200 ms, and 200 ms before it', () => {
  const { hear, heard } = createTurn();
  hear(20, false);
  hear(7, true);
  expect(heard()).toEqual(range(1, 27));
  hear(5, false);
  expect(heard()).toEqual(range(21, 32));
  hear(3, true);
  expect(heard()).toEqual(range(21, 35));
});

test('a shorter silence parts nothing', () => {
  const { hear, heard } = createTurn();
  hear(20, false);
  hear(6, true);
  hear(5, false);
  expect(heard()).toEqual(range(1, 31));
});

test('no more than 8 s are kept, and no more handed out than is asked for', () => {
  const { hear, heard } = createTurn();
  hear(300, false);
  expect(heard()).toEqual(range(51, 300));
  expect(heard(1_024)).toEqual([299, 300]);
});

test('a transcript is begun when an end is near, on what was kept back too, and the attempt is of all that is heard by then', () => {
  const { turn, stt, hear } = createTurn();
  hear(20, false);
  hear(1, true);
  turn.prepare();
  hear(2, true);
  void turn.startAttempt();
  expect(stt.asked).toEqual([21, 23]);
  turn.close();
});

test('an endpoint is asked for the attempt alone', () => {
  const { turn, stt, hear } = createTurn('remote');
  hear(20, false);
  turn.prepare();
  void turn.startAttempt();
  expect(stt.asked).toEqual([20]);
  turn.close();
});
