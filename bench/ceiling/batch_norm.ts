/**
 * Batch norm over all rows of [rows, channels], forward and backward, in four dispatches. Channels stand in vec4 columns, and the
 * rows are cut into shares, so that there is an invocation for each column of each share: the sums of x; about their mean, those
 * of its squares and of the cotangent; what all shares leave; and y with the gradient by x.
 */
import { thatFit } from "./choices.ts";
import { fastest } from "./tuner.ts";
import { f32, storage } from "./wgsl_text.ts";
import type { Kernel, Wires } from "./wires.ts";
import type { Wiring } from "./wiring.ts";

export interface BatchNormArrays {
  readonly rows: number;
  readonly channels: number;
  readonly epsilon: number;
  /** [rows, channels], both. */
  readonly x: Float32Array;
  readonly cotangent: Float32Array;
  /** [channels], both. */
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

interface Shape {
  readonly rows: number;
  /** Of four channels. */
  readonly columns: number;
  readonly shares: number;
  readonly epsilon: number;
}

const shareCounts = [4, 8, 16, 32, 64, 98];
/** Rows of an invocation in the last kernel, which holds its channels' figures meanwhile. */
const rowsAtOnce = 8;

export async function wireBatchNorm(wires: Wires, problem: BatchNormArrays): Promise<Wiring> {
  const { rows, channels, epsilon, x, cotangent, scale, bias } = problem;
  const columns = channels / 4;
  const input = {
    x: wires.buffer(x),
    cotangent: wires.buffer(cotangent),
    parameters: wires.buffer(joined(scale, bias)),
  };
  const output = { y: wires.buffer(x.length), gradient: wires.buffer(x.length), figures: wires.buffer(4 * channels) };
  const buffers = [...Object.values(input), ...Object.values(output)];
  const make = async (shares: number) => {
    const shape = { rows, columns, shares, epsilon };
    const sums = wires.buffer(shares * channels);
    const moments = wires.buffer(3 * shares * channels);
    buffers.push(sums, moments);
    const { y, gradient, figures } = output;
    const list = [
      await wires.wire(sumKernel(shape), [input.x, sums]),
      await wires.wire(momentKernel(shape), [input.x, input.cotangent, sums, moments]),
      await wires.wire(figureKernel(shape), [sums, moments, figures]),
      await wires.wire(resultKernel(shape), [input.x, input.cotangent, input.parameters, figures, y, gradient]),
    ];
    return { list, output: y };
  };
  const fits = (shares: number) => rows % shares === 0 && rows % rowsAtOnce === 0 && Number.isInteger(columns);
  const shares = await fastest(wires, thatFit(shareCounts, fits, "batch norm"), make);
  // The second half of the figures are the gradients by scale and bias.
  const results = [
    ...[output.y, output.gradient].map((buffer) => ({ buffer, size: x.length })),
    ...[2, 3].map((i) => ({ buffer: output.figures, first: i * channels, size: channels })),
  ];
  return { ...(await make(shares)), results, choice: `${shares} shares`, buffers };
}

function joined(...parts: readonly Float32Array[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

/** Invocations a workgroup. */
const groupSize = 16;
/** Begins a kernel that has an invocation for each column of each share. */
const shareOfColumn = ({ columns, shares }: Shape) => `
  let column = id.x % ${columns}u;
  let share = id.x / ${columns}u;
  if (share >= ${shares}u) { return; }`;

/** A loop over the places of a column in a share. */
const placesOfShare = ({ rows, columns, shares }: Shape) =>
  `for (var i = share * ${(rows / shares) * columns}u + column; i < (share + 1u) * ${(rows / shares) * columns}u; i += ${columns}u)`;

function sumKernel(shape: Shape): Kernel {
  const { rows, columns, shares } = shape;
  return {
    code: `${storage({ x: { vec4s: rows * columns }, sums: { vec4s: shares * columns, write: true } })}
@compute @workgroup_size(${groupSize}) fn main(@builtin(global_invocation_id) id: vec3u) {${shareOfColumn(shape)}
  var sum = vec4f(0);
  ${placesOfShare(shape)} { sum += x[i]; }
  sums[id.x] = sum;
}`,
    workgroups: Math.ceil((shares * columns) / groupSize),
    bytes: 16 * columns * (rows + shares),
  };
}

/** About the mean, which is known now: squares lose nothing that way. */
function momentKernel(shape: Shape): Kernel {
  const { rows, columns, shares } = shape;
  const partials = shares * columns;
  return {
    code: `${storage({
      x: { vec4s: rows * columns },
      cotangent: { vec4s: rows * columns },
      sums: { vec4s: partials },
      moments: { vec4s: 3 * partials, write: true },
    })}
@compute @workgroup_size(${groupSize}) fn main(@builtin(global_invocation_id) id: vec3u) {${shareOfColumn(shape)}
  var mean = vec4f(0);
  for (var k = column; k < ${partials}u; k += ${columns}u) { mean += sums[k]; }
  mean *= ${f32(1 / rows)};
  var squares = vec4f(0);
  var products = vec4f(0);
  var cotangents = vec4f(0);
  ${placesOfShare(shape)} {
    let centred = x[i] - mean;
    let d = cotangent[i];
    squares += centred * centred;
    products += d * centred;
    cotangents += d;
  }
  moments[id.x] = squares;
  moments[id.x + ${partials}u] = products;
  moments[id.x + ${2 * partials}u] = cotangents;
}`,
    workgroups: Math.ceil(partials / groupSize),
    bytes: 16 * columns * (2 * rows + 4 * shares),
  };
}

/** For each column: mean, inverse deviation, and the gradients by scale and by bias. */
function figureKernel({ rows, columns, shares, epsilon }: Shape): Kernel {
  const partials = shares * columns;
  return {
    code: `${storage({
      sums: { vec4s: partials },
      moments: { vec4s: 3 * partials },
      figures: { vec4s: 4 * columns, write: true },
    })}
@compute @workgroup_size(1) fn main(@builtin(workgroup_id) group: vec3u) {
  let column = group.x;
  var sum = vec4f(0);
  var squares = vec4f(0);
  var products = vec4f(0);
  var cotangents = vec4f(0);
  for (var k = column; k < ${partials}u; k += ${columns}u) {
    sum += sums[k];
    squares += moments[k];
    products += moments[k + ${partials}u];
    cotangents += moments[k + ${2 * partials}u];
  }
  let inverse = inverseSqrt(squares * ${f32(1 / rows)} + ${f32(epsilon)});
  figures[column] = sum * ${f32(1 / rows)};
  figures[column + ${columns}u] = inverse;
  figures[column + ${2 * columns}u] = products * inverse;
  figures[column + ${3 * columns}u] = cotangents;
}`,
    workgroups: columns,
    bytes: 16 * columns * (4 * shares + 4),
  };
}

/** Ioffe and Szegedy 2015, the gradient in the form that needs the two sums alone. */
function resultKernel({ rows, columns }: Shape): Kernel {
  const count = rows * columns;
  return {
    code: `${storage({
      x: { vec4s: count },
      cotangent: { vec4s: count },
      parameters: { vec4s: 2 * columns },
      figures: { vec4s: 4 * columns },
      y: { vec4s: count, write: true },
      gradient: { vec4s: count, write: true },
    })}
@compute @workgroup_size(${groupSize}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x % ${columns}u;
  let first = (id.x / ${columns}u) * ${rowsAtOnce * columns}u + column;
  if (first >= ${count}u) { return; }
  let mean = figures[column];
  let inverse = figures[column + ${columns}u];
  let slope = parameters[column] * inverse;
  let bias = parameters[column + ${columns}u];
  let byScale = figures[column + ${2 * columns}u] * inverse * ${f32(1 / rows)};
  let byBias = figures[column + ${3 * columns}u] * ${f32(1 / rows)};
  for (var i = first; i < first + ${rowsAtOnce * columns}u; i += ${columns}u) {
    let centred = x[i] - mean;
    y[i] = centred * slope + bias;
    gradient[i] = slope * (cotangent[i] - byBias - centred * byScale);
  }
}`,
    workgroups: Math.ceil(count / rowsAtOnce / groupSize),
    bytes: 16 * (4 * count + 6 * columns),
  };
}
