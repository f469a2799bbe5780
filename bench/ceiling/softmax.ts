/** A softmax of each row by one invocation, which reads its row for the largest, for the sum and for the quotient. */
import { thatFit } from "./choices.ts";
import { fastest } from "./tuner.ts";
import { storage } from "./wgsl_text.ts";
import type { Kernel, Wires } from "./wires.ts";
import type { Wiring } from "./wiring.ts";

interface Cut {
  /** Rows of a workgroup. */
  readonly size: number;
  /** Whether the exponentials are kept in the output meanwhile, or computed twice. */
  readonly keeps: boolean;
}

const cuts: readonly Cut[] = [4, 16, 64].flatMap((size) => [true, false].map((keeps) => ({ size, keeps })));

export async function wireSoftmax(wires: Wires, x: Float32Array, rows: number, columns: number): Promise<Wiring> {
  if (columns % 4 !== 0) throw new Error(`The hand-wired softmax takes rows in vec4s, not of ${columns} elements.`);
  const buffers = [wires.buffer(x), wires.buffer(x.length)];
  const output = buffers[1] as GPUBuffer;
  const make = async (cut: Cut) => ({
    list: [await wires.wire(softmaxKernel(rows, columns / 4, cut), buffers)],
    output,
  });
  const cut = await fastest(
    wires,
    thatFit(cuts, ({ size }) => rows % size === 0, "softmax"),
    make,
  );
  const choice = `${cut.keeps ? "exponentials kept" : "exponentials twice"}, ${cut.size} rows a group`;
  return { ...(await make(cut)), results: [{ buffer: output, size: x.length }], choice, buffers };
}

function softmaxKernel(rows: number, count: number, { size, keeps }: Cut): Kernel {
  return {
    code: `${storage({ input: { vec4s: rows * count }, output: { vec4s: rows * count, write: true } })}
@compute @workgroup_size(${size}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let first = id.x * ${count}u;
  let end = first + ${count}u;
  var most = input[first];
  for (var i = first + 1u; i < end; i++) { most = max(most, input[i]); }
  let largest = vec4f(max(max(most.x, most.y), max(most.z, most.w)));
  var sum = vec4f(0);
  for (var i = first; i < end; i++) {
    let exponential = exp(input[i] - largest);
    sum += exponential;
    ${keeps ? "output[i] = exponential;" : ""}
  }
  let inverse = 1.0 / dot(sum, vec4f(1));
  for (var i = first; i < end; i++) { output[i] = ${keeps ? "output[i]" : "exp(input[i] - largest)"} * inverse; }
}`,
    workgroups: rows / size,
    bytes: 2 * 16 * rows * count,
  };
}
