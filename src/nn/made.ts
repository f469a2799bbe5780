import type { Layer } from "./layer.ts";

/**
 * A layer that remembers the function of `nn` that made it, and what that was given, as it was then. What is spread from it
 * remembers nothing: it may be another layer.
 */
export const made = (layer: Layer, by: string, ...given: readonly unknown[]): Layer =>
  Object.defineProperty(layer, "made", { value: { by, given: given.map(copied) } });

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== "object" || value === null || isLayer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copied(part)]));
}

export const isLayer = (value: object): value is Layer => "outputShape" in value && "apply" in value;
