/** A chain of elementwise operations in one kernel: a few vec4s for each invocation, so that starting it costs little. */
import { thatFit } from "./choices.ts";
import { fastest } from "./tuner.ts";
import { each, storage } from "./wgsl_text.ts";
import type { Kernel, Wires } from "./wires.ts";
import type { Wiring } from "./wiring.ts";

interface Cut {
  /** vec4s of an invocation, and invocations of a workgroup. */
  readonly vec4s: number;
  readonly size: number;
  /** Whether an invocation's vec4s lie beside each other, or a workgroup apart. */
  readonly beside: boolean;
}

const cuts: readonly Cut[] = [4, 8, 16].flatMap((vec4s) =>
  [32, 64].flatMap((size) => [true, false].map((beside) => ({ vec4s, size, beside }))),
);

/** The ten operations of `chain` in bench/workloads/elementwise.ts. */
const operations = "-(sqrt(abs(2.0 * tanh(1.5 * x + 0.5) - 0.25) + 1.0) * x)";

export async function wireChain(wires: Wires, x: Float32Array): Promise<Wiring> {
  const count = x.length / 4;
  const buffers = [wires.buffer(x), wires.buffer(x.length)];
  const output = buffers[1] as GPUBuffer;
  const make = async (cut: Cut) => ({ list: [await wires.wire(chainKernel(count, cut), buffers)], output });
  const cut = await fastest(
    wires,
    thatFit(cuts, ({ vec4s, size }) => count % (vec4s * size) === 0, "chain"),
    make,
  );
  const choice = `${cut.vec4s} vec4 ${cut.beside ? "beside each other" : "apart"}, ${cut.size} a group`;
  return { ...(await make(cut)), results: [{ buffer: output, size: x.length }], choice, buffers };
}

function chainKernel(count: number, { vec4s, size, beside }: Cut): Kernel {
  const first = beside ? `(group.x * ${size}u + local) * ${vec4s}u` : `group.x * ${size * vec4s}u + local`;
  const stride = beside ? 1 : size;
  return {
    code: `${storage({ input: { vec4s: count }, output: { vec4s: count, write: true } })}
fn chain(x: vec4f) -> vec4f { return ${operations}; }
@compute @workgroup_size(${size}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let first = ${first};
  ${each(vec4s, (i) => `output[first + ${i * stride}u] = chain(input[first + ${i * stride}u]);`)}
}`,
    workgroups: count / (vec4s * size),
    bytes: 2 * 16 * count,
  };
}
