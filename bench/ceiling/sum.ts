/** A sum of squares in two dispatches: long stretches, an invocation each, then one invocation for all that they leave. */
import { thatFit } from "./choices.ts";
import { fastest } from "./tuner.ts";
import { each, storage } from "./wgsl_text.ts";
import type { Kernel, Wires } from "./wires.ts";
import type { Wiring } from "./wiring.ts";

interface Cut {
  /** vec4s of a stretch, and stretches of a workgroup. */
  readonly stretch: number;
  readonly size: number;
}

const cuts: readonly Cut[] = [16, 64, 128, 256, 512].flatMap((stretch) =>
  [4, 16, 64].map((size) => ({ stretch, size })),
);

/** Sums that don't wait for each other: one alone would be bound by the latency of an addition. */
const chains = 4;

export async function wireSumOfSquares(wires: Wires, x: Float32Array): Promise<Wiring> {
  const count = x.length / 4;
  const output = wires.buffer(4);
  const input = wires.buffer(x);
  const buffers = [input, output];
  const make = async ({ stretch, size }: Cut) => {
    const partials = count / stretch;
    const between = wires.buffer(4 * partials);
    buffers.push(between);
    const stretches = await wires.wire(stretchKernel(count, stretch, size), [input, between]);
    return { list: [stretches, await wires.wire(lastKernel(partials), [between, output])], output };
  };
  const fits = ({ stretch, size }: Cut) => count % (stretch * size) === 0 && (count / stretch) % chains === 0;
  const cut = await fastest(wires, thatFit(cuts, fits, "sum"), make);
  const choice = `${cut.stretch} vec4 an invocation, ${cut.size} a group`;
  return { ...(await make(cut)), results: [{ buffer: output, size: 1 }], choice, buffers };
}

function stretchKernel(count: number, stretch: number, size: number): Kernel {
  const partials = count / stretch;
  return {
    code: `${storage({ input: { vec4s: count }, partial: { vec4s: partials, write: true } })}
@compute @workgroup_size(${size}) fn main(@builtin(global_invocation_id) id: vec3u) {
  ${each(chains, (c) => `var sum${c} = vec4f(0);`)}
  for (var i = id.x * ${stretch}u; i < (id.x + 1u) * ${stretch}u; i += ${chains}u) {
    ${each(chains, (c) => `let x${c} = input[i + ${c}u]; sum${c} += x${c} * x${c};`)}
  }
  partial[id.x] = (sum0 + sum1) + (sum2 + sum3);
}`,
    workgroups: partials / size,
    bytes: 16 * (count + partials),
  };
}

function lastKernel(partials: number): Kernel {
  return {
    code: `${storage({ partial: { vec4s: partials }, total: { vec4s: 1, write: true } })}
@compute @workgroup_size(1) fn main() {
  ${each(chains, (c) => `var sum${c} = vec4f(0);`)}
  for (var i = 0u; i < ${partials}u; i += ${chains}u) {
    ${each(chains, (c) => `sum${c} += partial[i + ${c}u];`)}
  }
  total[0] = vec4f(dot((sum0 + sum1) + (sum2 + sum3), vec4f(1)));
}`,
    workgroups: 1,
    bytes: 16 * (partials + 1),
  };
}
