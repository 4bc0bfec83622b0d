// Numbers that look random and are the same on every machine. Pure.

/** Values in [0, 1); a linear congruential generator (Numerical Recipes), enough to scatter sounds. */
export function createRandom(seed: number): () => number {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
