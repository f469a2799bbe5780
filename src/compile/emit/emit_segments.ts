import { at } from "../../errors/at.ts";
import type { NodeOf } from "../../graph/kinds.ts";
import { nodeSize } from "../../graph/node.ts";
import { specialise } from "../../kernels/specialise.ts";
import { costsOn, smallWorkgroup } from "../cost_model.ts";
import type { DeviceTraits } from "../device_traits.ts";
import { identityIndex } from "../views/element_index.ts";
import { type EmitContext, FunctionBody } from "./emit_expression.ts";
import type { EmittedPart } from "./kernel.ts";

type Segmented = NodeOf<"segmentSum" | "segmentHistogram">;

export interface EmitSegmentsOptions {
  readonly context: EmitContext;
  readonly target: DeviceTraits;
  readonly workgroupSize: number;
}

/** Segments of a workgroup where an invocation takes one, as many as a CPU computes at once: there are more of them than cores. */
const segmentsOfGroup = 4;

/** Lanes of a workgroup that suit segments: on a CPU, which has few cores for them, an invocation each. */
export function segmentsWorkgroupSize(target: DeviceTraits): number {
  return target.isSoftware ? segmentsOfGroup : smallWorkgroup;
}

/**
 * Sums over the same segments in one pass.
 *
 * @param finish the body of what happens to the sums `values` of segment `o`
 */
export function emitSegmentSums(
  roots: readonly NodeOf<"segmentSum">[],
  { context, target, workgroupSize }: EmitSegmentsOptions,
  finish: (values: readonly string[]) => string,
): EmittedPart {
  const first = at(roots, 0);
  const body = new FunctionBody(context, "v");
  const each = (of: (k: number) => string) => roots.map((_, k) => of(k)).join(", ");
  const values = roots.map(({ inputs: [x] }) => body.value(x, identityIndex("i", nodeSize(x))));
  const hooks = {
    segment: segmentHook(first),
    Accumulator: `struct Accumulator {\n${roots.map((_, k) => `  v${k}: f32,\n`).join("")}}`,
    initial: `fn initial() -> Accumulator {\n  return Accumulator(${each(() => "0.0f")});\n}`,
    fold: `fn fold(total: Accumulator, i: u32) -> Accumulator {\n${body.text}  return Accumulator(${each((k) => `total.v${k} + ${at(values, k)}`)});\n}`,
    finish: `fn finish(o: u32, total: Accumulator) {\n${finish(roots.map((_, k) => `total.v${k}`))}}`,
  };
  const constants = { SEGMENTS: nodeSize(first), WORKGROUP: workgroupSize };
  if (target.isSoftware) {
    const text = specialise("segment_sum", { constants: { ...constants, TAKEN: segmentsOfGroup }, hooks });
    return { shader: "segment_sum", text, ...inTurn(first) };
  }
  const merge = `fn merge(a: Accumulator, b: Accumulator) -> Accumulator {\n  return Accumulator(${each((k) => `a.v${k} + b.v${k}`)});\n}`;
  const SHARES = costsOn(target).shares;
  const text = specialise("segment_sum_tree", { constants: { ...constants, SHARES }, hooks: { ...hooks, merge } });
  return {
    shader: "segment_sum_tree",
    text,
    workgroups: nodeSize(first),
    workgroupMemory: 4 * roots.length * SHARES,
  };
}

/** @param finish the body of what happens to the `count` of bin `i`, of all segments' bins in a row */
export function emitSegmentHistogram(
  root: NodeOf<"segmentHistogram">,
  { context, target, workgroupSize }: EmitSegmentsOptions,
  finish: string,
): EmittedPart {
  const [x] = root.inputs;
  const { lengths, bins } = root.attributes;
  const body = new FunctionBody(context, "v");
  const value = body.value(x, identityIndex("i", nodeSize(x)));
  const parts = {
    constants: { SEGMENTS: lengths.length, BINS: bins, WORKGROUP: workgroupSize },
    hooks: {
      segment: segmentHook(root),
      bin: `fn bin(i: u32) -> u32 {\n${body.text}  return ${value};\n}`,
      finish: `fn finish(i: u32, count: u32) {\n${finish}}`,
    },
  };
  if (target.isSoftware) {
    const constants = { ...parts.constants, TAKEN: segmentsOfGroup };
    const text = specialise("segment_histogram", { ...parts, constants });
    return { shader: "segment_histogram", text, ...inTurn(root) };
  }
  const text = specialise("segment_histogram_tree", parts);
  return { shader: "segment_histogram_tree", text, workgroups: lengths.length, workgroupMemory: 4 * bins };
}

/** How far an invocation a segment goes. */
function inTurn({ attributes: { lengths } }: Segmented): Pick<EmittedPart, "workgroups" | "steps"> {
  return {
    workgroups: Math.ceil(lengths.length / segmentsOfGroup),
    steps: segmentsOfGroup * Math.max(...lengths),
  };
}

function segmentHook({ attributes: { lengths } }: Segmented): string {
  const length = at(lengths, 0);
  // A table lies in memory on a CPU.
  if (lengths.every((other) => other === length)) {
    return `fn segment(s: u32) -> vec2u {\n  return vec2u(s, s + 1u) * ${length}u;\n}`;
  }
  let end = 0;
  const ends = [0, ...lengths.map((length) => (end += length))].map((place) => `${place}u`);
  return `fn segment(s: u32) -> vec2u {
  let ends = array<u32, ${ends.length}>(${ends.join(", ")});
  return vec2u(ends[s], ends[s + 1u]);
}`;
}
