// Where each clip lies in the recording, and the clips alone on the recording's clock. Pure, in Node.
import type { ClipKind } from '../page/plan.ts';
import type { RawRun } from '../page/raw-run.ts';
import type { ConversationRecording } from './assemble.ts';
import { placeClip } from './placement.ts';
import type { ReportClip } from './schema.ts';
import type { Timeline } from './timeline.ts';

/** A clip as it is played. */
export interface PreparedClip {
  readonly id: string;
  readonly kind: ClipKind;
  /** Mono at the recording's rate, gain applied; without the silence around it that the rig adds. */
  readonly pcm: Float32Array;
  /** Within the clip. */
  readonly speechSpansMs: readonly (readonly [number, number])[];
}

interface ClipSources {
  readonly source: 'device' | 'injected' | 'room';
  readonly clips: readonly PreparedClip[];
  readonly run: RawRun;
  readonly recording: ConversationRecording;
}

/** The fake device starts its file when the track opens, which is some time after it was asked to. */
const DEVICE_WINDOW_MS = { before: 500, after: 10_000 };

/** A stream between two nodes of one context: buffered, so a little late, never early. */
const INJECTED_WINDOW_MS = { before: 50, after: 500 };

/** Through two sound devices and whatever the browser does to a microphone. */
const ROOM_WINDOW_MS = { before: 100, after: 1_500 };

const WINDOWS_MS = {
  device: DEVICE_WINDOW_MS,
  injected: INJECTED_WINDOW_MS,
  room: ROOM_WINDOW_MS,
};

/** Times are null, and there are no spans, for a clip that was not played or is not in the recording. */
export function locateClips(sources: ClipSources, timeline: Timeline): ReportClip[] {
  return sources.clips.map((clip) => {
    const startMs = locate(clip, sources, timeline);
    const { id, kind } = clip;
    if (startMs === null) return { id, kind, startMs: null, endMs: null, speechSpansMs: [] };
    const lengthMs = (clip.pcm.length * 1000) / sources.recording.sampleRateHz;
    const speechSpansMs = clip.speechSpansMs.map(([start, end]): [number, number] => [
      startMs + start,
      startMs + end,
    ]);
    return { id, kind, startMs, endMs: startMs + lengthMs, speechSpansMs };
  });
}

/** The clips mixed where they were found, as long as the recording. */
export function mixUserTrack(
  clips: readonly PreparedClip[],
  located: readonly ReportClip[],
  recording: ConversationRecording,
): Float32Array {
  const track = new Float32Array(recording.left.length);
  clips.forEach((clip, index) => {
    const startMs = located[index]?.startMs ?? null;
    if (startMs === null) return;
    const offset = Math.round((startMs * recording.sampleRateHz) / 1000);
    clip.pcm.forEach((sample, at) => {
      if (offset + at < track.length) track[offset + at] = (track[offset + at] ?? 0) + sample;
    });
  });
  return track;
}

/** Without a match a clip lies where it was scheduled; one of the fake device is unknown. */
function locate(clip: PreparedClip, sources: ClipSources, timeline: Timeline): number | null {
  const { run, recording, source } = sources;
  const cueMs =
    source === 'device'
      ? run.microphoneOpenContextMs
      : (run.cues.find(({ what }) => what === clip.id)?.contextMs ?? null);
  if (cueMs === null) return null;
  const expectedMs = timeline.fromContext(cueMs);
  const window = WINDOWS_MS[source];
  const placement = placeClip(clip.pcm, recording.left, {
    sampleRateHz: recording.sampleRateHz,
    fromMs: expectedMs - window.before,
    toMs: expectedMs + window.after,
  });
  return placement?.startMs ?? (source === 'device' ? null : expectedMs);
}
