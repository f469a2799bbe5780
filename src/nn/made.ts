import type { Layer } from "./layer.ts";

/** How a layer was made; see `Layer.made`. What it was given is copied: the caller's own arrays may change. */
export const madeBy = (name: string, ...given: readonly unknown[]): NonNullable<Layer["made"]> => ({
  by: name,
  given: given.map(copied),
});

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== "object" || value === null || isLayer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copied(part)]));
}

export const isLayer = (value: object): value is Layer => "outputShape" in value && "apply" in value;
