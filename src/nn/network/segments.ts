import { at } from "../../errors/at.ts";
import { type Shape, sizeOf } from "../../graph/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { checkpoint } from "../../tensor/transforms.ts";
import { flatten } from "../../tensor/tree.ts";
import { applyPart, inSequence } from "../inner_layers.ts";
import { type InnerLayer, isParameterSpec, type Layer } from "../layer.ts";
import { sequential } from "../layers/sequential.ts";

/**
 * The layers one after the other, as in `sequential`, where those before the `head`-th are computed again for the backward
 * pass, a segment at a time. What comes last is needed first, so nothing is gained by forgetting it.
 */
export function inSegments(layers: readonly Layer[], input: Shape, head: number): Layer {
  const ends = segmentEnds(layers.slice(0, head), input);
  return {
    ...sequential(layers),
    apply: (parameters, x, context) => {
      const through = (begin: number, end: number) => (given: Tensor) =>
        layers
          .slice(begin, end)
          .reduce((y, layer, i) => applyPart(String(begin + i), layer, parameters, y, context), given);
      const features = ends.reduce((y, end, i) => checkpoint(through(ends[i - 1] ?? 0, end))(y), x);
      return through(ends.at(-1) ?? 0, layers.length)(features);
    },
  };
}

/** Layers that are not parted: one with weights, and what is done to its output. Sizes are of one sample, in numbers. */
interface Unit {
  readonly end: number;
  readonly given: number;
  readonly inside: number;
}

/**
 * A step sends some three batches through the network, real, generated and mixed, before it goes back: each keeps what all
 * segments are given, and one segment at a time has its inside too.
 */
const batchesKept = 3;

/** Where the segments end that take the least memory. */
export function segmentEnds(layers: readonly Layer[], input: Shape): readonly number[] {
  const units = unitsOf(inSequence(layers, input).parts);
  const limits = units.flatMap((_, i) => units.slice(i).map((_, k) => insideOf(units.slice(i, i + k + 1))));
  const candidates = [...new Set(limits)].map((limit) => packed(units, limit));
  const best = candidates.sort((a, b) => memoryOf(a) - memoryOf(b) || a.length - b.length)[0] ?? [];
  return best.map((segment) => at(segment, segment.length - 1).end);
}

function unitsOf(parts: readonly InnerLayer[]): readonly Unit[] {
  const units: Unit[] = [];
  parts.forEach(({ layer, input }, i) => {
    const inside = valuesOf(layer, input);
    const last = units.at(-1);
    if (!last || hasWeights(layer, input)) units.push({ end: i + 1, given: sizeOf(input), inside });
    else units[units.length - 1] = { ...last, end: i + 1, inside: last.inside + inside };
  });
  return units;
}

/** Of what comes out of a layer, and of those that it is made of. */
const valuesOf = (layer: Layer, input: Shape): number =>
  (layer.inner?.(input) ?? []).reduce(
    (total, part) => total + valuesOf(part.layer, part.input),
    sizeOf(layer.outputShape(input)),
  );

/** Whether it multiplies by a matrix or filters, not only scales and shifts. */
const hasWeights = (layer: Layer, input: Shape): boolean =>
  flatten(layer.parameters(input), isParameterSpec).leaves.some(({ shape, isTable }) => shape.length > 1 && !isTable);

/** Segments with as many units as stay within a limit, or one. */
function packed(units: readonly Unit[], limit: number): readonly (readonly Unit[])[] {
  const segments: Unit[][] = [];
  for (const unit of units) {
    const last = segments.at(-1);
    if (last && insideOf([...last, unit]) <= limit) last.push(unit);
    else segments.push([unit]);
  }
  return segments;
}

const insideOf = (units: readonly Unit[]): number => units.reduce((total, { inside }) => total + inside, 0);

/** Numbers a sample that are kept while the largest segment is computed again. */
function memoryOf(segments: readonly (readonly Unit[])[]): number {
  const given = segments.reduce((total, [first]) => total + (first?.given ?? 0), 0);
  return batchesKept * given + Math.max(0, ...segments.map(insideOf));
}
