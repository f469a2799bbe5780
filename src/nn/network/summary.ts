import { at } from "../../errors/at.ts";
import { formatShape, type Shape, sizeOf } from "../../graph/shape.ts";
import { flatten } from "../../tensor/tree.ts";
import { inputsOf } from "../inner_layers.ts";
import { type InnerLayer, isParameterSpec, joinPath, type Layer, type ParameterSpec } from "../layer.ts";

/**
 * The parts of a network as a table: path, layer, output shape, how many numbers are learned, and how many are kept besides,
 * if any are. A layer that is made of others is followed by these, and its counts include theirs.
 */
export function summarise(body: Layer, input: Shape): string {
  const header = ["#", "layer", "output", "parameters"];
  if (buffersOf(body, input).length > 0) header.push("buffers");
  const rows = [header, ...rowsInside(body, input, "").map((row) => row.slice(0, header.length))];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => at(row, column).length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(at(widths, column)))
      .join("  ")
      .trimEnd();
  const inputs = [formatShape(input), ...inputsOf({ layer: body, input })].join(" and ");
  return [`input ${inputs}, ${count(parametersOf(body, input))} parameters`, ...rows.map(line)].join("\n");
}

function rowsInside(layer: Layer, input: Shape, path: string): string[][] {
  return (layer.inner?.(input) ?? []).flatMap((part) => rowsOf(part, path));
}

function rowsOf({ name, layer, input }: InnerLayer, parent: string): string[][] {
  const path = joinPath(parent, name);
  const counts = [parametersOf, buffersOf].map((specsOf) => count(specsOf(layer, input)));
  const row = [path, layer.kind, formatShape(layer.outputShape(input)), ...counts];
  return [row, ...rowsInside(layer, input, path)];
}

const parametersOf = (layer: Layer, input: Shape): readonly ParameterSpec[] =>
  flatten(layer.parameters(input), isParameterSpec).leaves;

const buffersOf = (layer: Layer, input: Shape): readonly ParameterSpec[] => Object.values(layer.buffers?.(input) ?? {});

const count = (specs: readonly ParameterSpec[]): string =>
  specs.reduce((total, { shape }) => total + sizeOf(shape), 0).toLocaleString("en");
