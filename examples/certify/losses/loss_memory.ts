import type { Memory } from "../../../src/gan/memory.ts";
import { Tensor } from "../../../src/tensor.ts";

/** A memory that reads fixed numbers, and what is kept in it. */
export function fixedMemory(values: Readonly<Record<string, number>>): Memory & { readonly kept: Map<string, Tensor> } {
  const kept = new Map<string, Tensor>();
  return {
    kept,
    read: (name) => Tensor.scalar(values[name] as number),
    keep: (name, next) => kept.set(name, next),
  };
}
