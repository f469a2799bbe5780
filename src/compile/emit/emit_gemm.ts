import { isOfKind } from "../../graph/kinds.ts";
import { type Node, nodeSize } from "../../graph/node.ts";
import { specialise } from "../../kernels/specialise.ts";
import { fewLanes, smallWorkgroup, usualWorkgroup } from "../cost_model.ts";
import { gemmRun } from "../gemm/gemm_body.ts";
import { type GemmForm, gemmForms, teamMemory, tileCount, tileOf } from "../gemm/gemm_forms.ts";
import type { OperandLoads } from "../gemm/gemm_map.ts";
import { gemmMap, gemmShape } from "../gemm/gemm_maps.ts";
import { identityIndex } from "../views/element_index.ts";
import { type EmitContext, FunctionBody, storedRun } from "./emit_expression.ts";
import { components } from "./emit_fours.ts";
import type { ClusterContext, EmittedPart } from "./kernel.ts";

/** How the tiles of a matrix product or a convolution are computed on the device that kernels are made for. */
export function gemmForm(root: Node, { target, chooseForm }: Pick<ClusterContext, "target" | "chooseForm">): GemmForm {
  const shape = gemmShape(root);
  return chooseForm(gemmForms(shape, target), shape, root);
}

/** Lanes of a workgroup that suit a matrix product or a convolution when it has a kernel of its own. */
export function gemmWorkgroupSize(root: Node, form: GemmForm): number {
  if (form.sharing === "team") return usualWorkgroup;
  const tile = tileOf(form, usualWorkgroup);
  const lanes = tileCount(gemmShape(root), tile) * tile.lanes;
  return lanes >= 4 * fewLanes ? usualWorkgroup : lanes >= fewLanes ? usualWorkgroup / 2 : smallWorkgroup;
}

export interface EmitGemmOptions {
  readonly context: EmitContext;
  readonly form: GemmForm;
  readonly workgroupSize: number;
  /** The body of what happens to each finished element `value` at index `i`, or to `values` of four from `i` on. */
  readonly store: { readonly isByFours: boolean; readonly body: () => string };
}

/** A matrix product or a member of the convolution family: one template, with an index map and a form each. */
export function emitGemm(root: Node, options: EmitGemmOptions): EmittedPart {
  const { context, form, workgroupSize, store } = options;
  const map = gemmMap(root, (node, inFours) => operand(node, inFours, context));
  const { batch, m, n, k, hooks, include, multiplyAdds } = map;
  const tile = tileOf(form, workgroupSize);
  const parts = {
    constants: {
      BATCH: batch,
      M: m,
      N: n,
      K: k,
      WORKGROUP: workgroupSize,
      TILE_ROWS: tile.rows,
      TILE_COLUMNS: tile.columns,
      C_STEP: map.cStep,
    },
    hooks: {
      ...hooks,
      ...storeHooks(store),
      run: gemmRun(form, workgroupSize),
    },
  };
  const text = include.shader === "conv2d" ? specialise("gemm", parts, include) : specialise("gemm", parts, include);
  const tilesOfGroup = Math.floor(workgroupSize / tile.lanes);
  const tilesOfBatch = tileCount({ ...map, batch: 1 }, tile);
  return {
    shader: "gemm",
    text,
    workgroups: Math.ceil((batch * tilesOfBatch) / tilesOfGroup),
    multiplyAdds,
    executedMultiplyAdds: Math.ceil(map.steps * 4 * tilesOfBatch * tile.rows * tile.columns),
    workgroupMemory: form.sharing === "team" ? tilesOfGroup * teamMemory(form, workgroupSize) : 0,
    form: form.name,
  };
}

/** Whether neighbours in a row of the product are neighbours in its result, in whole fours. */
export function storesRows(root: Node): boolean {
  const isTransposed = isOfKind(root, "convolution") && root.op.lowering.map === "filterGradient";
  return !isTransposed && gemmShape(root).n % 4 === 0;
}

const storeOneByOne = `fn store_whole(i: u32, values: vec4f) {
${components.map((component, e) => `  store(i + ${e}u * C_STEP, values.${component});\n`).join("")}}`;

function storeHooks({ isByFours, body }: EmitGemmOptions["store"]) {
  return isByFours
    ? { store: "fn store(i: u32, value: f32) {}", store_whole: `fn store_whole(i: u32, values: vec4f) {\n${body()}}` }
    : { store: `fn store(i: u32, value: f32) {\n${body()}}`, store_whole: storeOneByOne };
}

/** Loads four neighbours at once where the map asks for that and the operand's place allows it. */
function operand(node: Node, inFours: boolean, context: EmitContext): OperandLoads {
  const { bindings } = context;
  const run = storedRun(node, context);
  if (run && inFours && bindings.canLoadVectors(run)) {
    const four = bindings.loadFour(run, "i");
    return {
      scalar: (f) => `fn ${f}(i: u32) -> f32 {\n  return ${four}[i % 4u];\n}`,
      vector: (f) => `fn ${f}(i: u32) -> vec4f {\n  return ${four};\n}`,
    };
  }
  const body = new FunctionBody(context, "v");
  const value = body.value(node, identityIndex("i", nodeSize(node)));
  return {
    scalar: (f) => `fn ${f}(i: u32) -> f32 {\n${body.text}  return ${value};\n}`,
    vector: (f) => {
      const one = f.replace(/4$/, "");
      return `fn ${f}(i: u32) -> vec4f {\n  return vec4f(${one}(i), ${one}(i + 1u), ${one}(i + 2u), ${one}(i + 3u));\n}`;
    },
  };
}
