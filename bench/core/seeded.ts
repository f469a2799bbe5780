/** Numbers that are the same on every machine and in every engine, made on the host. */

/** Uniform in [0, 1), from a counter (Steele, Lea and Flood 2014, SplitMix, with 32 bits). */
export function uniforms(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    let z = (Math.imul(seed + 1, 0x9e3779b1) + Math.imul(i + 1, 0x85ebca6b)) >>> 0;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 8) / 2 ** 24;
  });
}

/** Normal with mean 0 (Box and Muller 1958). */
export function normals(count: number, seed: number, deviation = 1): Float32Array {
  const radius = uniforms(count, 2 * seed);
  const angle = uniforms(count, 2 * seed + 1);
  return radius.map(
    (u, i) => deviation * Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * (angle[i] as number)),
  );
}

/** Places spread over an array of so many elements, to compare a result at. */
export function places(size: number, count = 64): number[] {
  return Array.from({ length: Math.min(count, size) }, (_, i) =>
    Math.floor(((i + 0.37) * size) / Math.min(count, size)),
  );
}
