// What the kernels compute with, in AssemblyScript: compiled into each of them.

/** a * b + c, in one step where there is relaxed SIMD. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** e to the x, to some 2e-7 of it: 2 to the whole part by the exponent bits, the rest by a polynomial. */
export function exp4(x: v128): v128 {
  const t = f32x4.max(
    f32x4.min(f32x4.mul(x, f32x4.splat(1.4426950408889634)), f32x4.splat(126)),
    f32x4.splat(-126),
  );
  const whole = f32x4.nearest(t);
  const f = f32x4.sub(t, whole);
  let p = f32x4.splat(1.5403530393381609e-4);
  p = madd(p, f, f32x4.splat(1.3333558146428443e-3));
  p = madd(p, f, f32x4.splat(9.618129107628477e-3));
  p = madd(p, f, f32x4.splat(5.550410866482158e-2));
  p = madd(p, f, f32x4.splat(0.2402265069591007));
  p = madd(p, f, f32x4.splat(0.6931471805599453));
  p = madd(p, f, f32x4.splat(1));
  const bits = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(whole), i32x4.splat(127)), 23);
  return f32x4.mul(p, bits);
}

/** cos(2 pi t), to some 1e-6: the nearest whole turn is taken off, the rest is a polynomial of its square. */
export function cosTurns(t: v128): v128 {
  const r = f32x4.sub(t, f32x4.nearest(t));
  const s = f32x4.mul(r, r);
  let p = f32x4.splat(6.62043773);
  p = madd(p, s, f32x4.splat(-26.0364339));
  p = madd(p, s, f32x4.splat(60.1869907));
  p = madd(p, s, f32x4.splat(-85.4526491));
  p = madd(p, s, f32x4.splat(64.9392645));
  p = madd(p, s, f32x4.splat(-19.7392077));
  return madd(p, s, f32x4.splat(1));
}

/** Of the four lanes. */
export function sumOf(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) +
    f32x4.extract_lane(x, 1) +
    (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}
