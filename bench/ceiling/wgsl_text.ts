/** Small pieces of WGSL. */

/** The text for each number from 0 on, joined. */
export function each(count: number, text: (i: number) => string, separator = "\n"): string {
  return Array.from({ length: count }, (_, i) => text(i)).join(separator);
}

/** Storage of vec4s under names, bound in order. A stated size makes a checked access cheaper than an unknown one. */
export function storage(arrays: Readonly<Record<string, { readonly vec4s: number; readonly write?: true }>>): string {
  return Object.entries(arrays)
    .map(([name, { vec4s, write }], i) => {
      const access = write ? "read_write" : "read";
      return `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<vec4f, ${vec4s}>;`;
    })
    .join("\n");
}

/** A number as WGSL takes it for an f32. */
export function f32(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
}
