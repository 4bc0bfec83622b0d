// Takes most of a core, in slices short enough for the system to notice. Worker.

const SLICE_MS = 100;
const BUSY_SHARE = 0.9;

setInterval(() => {
  const untilMs = performance.now() + SLICE_MS * BUSY_SHARE;
  while (performance.now() < untilMs);
}, SLICE_MS);
