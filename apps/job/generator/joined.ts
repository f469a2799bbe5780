import type { DrawAnswer } from "../tasks/draw.ts";

/** One batch of all parts. */
export function joined(parts: readonly DrawAnswer[]): DrawAnswer {
  const [first] = parts;
  const count = parts.reduce((sum, { shape: [n = 0] }) => sum + n, 0);
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  const labels = first?.labels && Uint32Array.from(parts.flatMap((part) => [...(part.labels ?? [])]));
  return { kind: "samples", values, shape: [count, ...(first?.shape.slice(1) ?? [])], ...(labels && { labels }) };
}
