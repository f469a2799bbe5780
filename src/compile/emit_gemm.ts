import { type Node, nodeSize } from "../graph/node.ts";
import { specialise } from "../kernels/specialise.ts";
import { type EmitContext, FunctionBody, plus, storedRun } from "./emit_expression.ts";
import { convolutionMap, type GemmMap, matmulMap, type OperandLoads } from "./gemm_maps.ts";
import { identityIndex } from "./index_expression.ts";
import type { EmittedPart } from "./kernel.ts";

/** Lanes of a workgroup that suit a matrix product or a convolution when it has a kernel of its own. */
export function gemmWorkgroupSize(root: Node): number {
  const tiles = nodeSize(root) / 64;
  return tiles >= 2048 ? 64 : tiles >= 512 ? 32 : 16;
}

/**
 * A matrix product or a member of the convolution family: one template, with an index map each. `store` is the body of
 * what happens to each finished element `value` at index `i`.
 */
export function emitGemm(root: Node, context: EmitContext, store: () => string, workgroupSize: number): EmittedPart {
  const { batch, m, n, k, hooks, include, multiplyAdds } = mapOf(root, context);
  const tiles = batch * Math.ceil(m / 8) * Math.ceil(n / 8);
  const parts = {
    constants: { BATCH: batch, M: m, N: n, K: k, WORKGROUP: workgroupSize },
    hooks: { ...hooks, store: `fn store(i: u32, value: f32) {\n${store()}}` },
  };
  const text = include.shader === "conv2d" ? specialise("gemm", parts, include) : specialise("gemm", parts, include);
  return { shader: "gemm", text, workgroups: Math.ceil(tiles / workgroupSize), multiplyAdds };
}

function mapOf(root: Node, context: EmitContext): GemmMap {
  const load = (node: Node, inFours: boolean) => operand(node, inFours, context);
  const { lowering } = root.op;
  return lowering.kind === "convolution" ? convolutionMap(root, lowering.map, load) : matmulMap(root, load);
}

/** Loads four neighbours at once where the map asks for that and the operand's place allows it. */
function operand(node: Node, inFours: boolean, context: EmitContext): OperandLoads {
  const { bindings } = context;
  const run = storedRun(node, context);
  if (run && inFours && bindings.canLoadVectors(run)) {
    const { name, offset } = bindings.refer(run, true);
    const element = `${name}[${plus("i / 4u", offset / 4)}]`;
    return {
      isVector: true,
      scalar: (f) => `fn ${f}(i: u32) -> f32 {\n  return ${element}[i % 4u];\n}`,
      vector: (f) => `fn ${f}(i: u32) -> vec4f {\n  return ${element};\n}`,
    };
  }
  const body = new FunctionBody(context, "v");
  const value = body.value(node, identityIndex("i", nodeSize(node)));
  return {
    isVector: false,
    scalar: (f) => `fn ${f}(i: u32) -> f32 {\n${body.text}  return ${value};\n}`,
    vector: (f) => `fn ${f}(i: u32) -> vec4f {\n  return vec4f();\n}`,
  };
}
