import { type Node, nodeSize } from "../graph/node.ts";
import { constantValue } from "../graph/primitives/leaf.ts";
import { type DType, sizeOf } from "../graph/shape.ts";
import { specialise } from "../kernels/specialise.ts";
import type { KernelBindings } from "./bindings.ts";
import type { Cluster } from "./cluster.ts";
import { identityIndex } from "./element_index.ts";
import { type EmitContext, FunctionBody, formatLiteral, plus } from "./emit_expression.ts";
import { FourBody, isForFours, vectorTypes } from "./emit_fours.ts";
import { emitGemm, gemmForm, gemmWorkgroupSize, storesRows } from "./emit_gemm.ts";
import type { ClusterContext, EmittedPart } from "./kernel.ts";
import type { Location } from "./memory.ts";
import type { State } from "./state.ts";

/** Reductions up to this length run one invocation an output; beyond, a workgroup shares the work. */
const serialReduction = 512;
const manyOutputs = 4096;
const usualWorkgroup = 64;
/** Where a CPU plays the GPU, a barrier makes it go from lane to lane: whoever waits at one should be few. */
const fewLanes = 8;

/** Lanes of a workgroup that suit a cluster when it has a kernel of its own. */
export function workgroupSizeOf({ kind, roots, size }: Cluster, context: ClusterContext): number {
  if (kind === "gemm") return gemmWorkgroupSize(roots[0] as Node, gemmForm(roots[0] as Node, context));
  if (kind === "reduce" && !isSerial(roots[0] as Node)) return context.target.isSoftware ? fewLanes : usualWorkgroup;
  return kind === "reduce" && isSerial(roots[0] as Node) && size < 1024 ? 16 : usualWorkgroup;
}

/**
 * Whether a kernel's elements are computed by fours: where four neighbours lie in one row of a product's result, and nothing
 * of them is recorded by itself.
 */
export function worksInFours({ kind, roots, members, size }: Cluster, context: ClusterContext): boolean {
  if (kind === "reduce") return reducesInFours(roots, context) !== undefined;
  if (size % 4 !== 0 || (kind !== "elementwise" && kind !== "gemm")) return false;
  const [root] = roots;
  if (root && !storesRows(root)) return false;
  if (!members.every((member) => isForFours(member, context))) return false;
  return [...roots, ...members].every((node) => context.targets(node).every(({ kind: to }) => to === "location"));
}

/** Along which axis of [outer, reduced, inner] reductions take four neighbours at once: the last one, if fours fill it. */
function reducesInFours(
  roots: readonly Node[],
  context: Pick<EmitContext, "isStored">,
): "reduced" | "inner" | undefined {
  const inputs = roots.map((root) => root.inputs[0] as Node);
  const [, extent, inner] = (inputs[0] as Node).shape as [number, number, number];
  if ((inner === 1 ? extent : inner) % 4 !== 0) return undefined;
  const isPossible = (x: Node) => constantValue(x) !== undefined || context.isStored(x) || isForFours(x, context);
  if (!inputs.every((x) => x.dtype !== "u8" && isPossible(x))) return undefined;
  return inner === 1 ? "reduced" : "inner";
}

function isSerial(root: Node): boolean {
  const extent = (root.inputs[0] as Node).shape[1] as number;
  return extent <= serialReduction || nodeSize(root) >= manyOutputs;
}

/** Writes the WGSL of one cluster: its loop, what is fused into it, and its stores. */
export class ClusterEmitter {
  readonly #expressions: EmitContext;

  constructor(
    readonly cluster: Cluster,
    readonly context: ClusterContext,
    readonly bindings: KernelBindings,
    readonly workgroupSize: number,
  ) {
    this.#expressions = {
      bindings,
      isStored: (node) => context.isStored(node),
      locate: (node) => context.locate(node),
    };
  }

  emit(): EmittedPart {
    return this[this.cluster.kind]();
  }

  elementwise(): EmittedPart {
    const { size } = this.cluster;
    const isByFours = worksInFours(this.cluster, this.context);
    const count = isByFours ? size / 4 : size;
    const items = count >= 16384 ? (4 * usualWorkgroup) / this.workgroupSize : 1;
    const element = isByFours
      ? `fn element(four: u32) {\n  let i = four * 4u;\n${this.#finishFours("i")}}`
      : `fn element(i: u32) {\n${this.#finish("i", () => "")}}`;
    const text = specialise("elementwise", {
      constants: { SIZE: count, ITEMS: items, WORKGROUP: this.workgroupSize },
      hooks: { element },
    });
    return { shader: "elementwise", text, workgroups: Math.ceil(count / (this.workgroupSize * items)) };
  }

  reduce(): EmittedPart {
    const { roots } = this.cluster;
    const fours = reducesInFours(roots, this.#expressions);
    const [outer, extent, inner] = ((roots[0] as Node).inputs[0] as Node).shape as [number, number, number];
    const sizes = {
      OUTER: outer,
      REDUCE: fours === "reduced" ? extent / 4 : extent,
      INNER: fours === "inner" ? inner / 4 : inner,
    };
    const outputs = sizes.OUTER * sizes.INNER;
    const typeOf = ({ dtype }: Node) => (fours ? vectorTypes[dtype === "bool" ? "u32" : dtype] : wgslType(dtype));
    const fields = (of: (root: Node, k: number) => string) => roots.map(of).join(", ");
    const fold = this.#folded(fours !== undefined, outer * extent * inner);
    const hooks = {
      Accumulator: `struct Accumulator {\n${roots.map((root, k) => `  v${k}: ${typeOf(root)},\n`).join("")}}`,
      initial: `fn initial() -> Accumulator {\n  return Accumulator(${fields((root) => `${typeOf(root)}(${neutral(root)})`)});\n}`,
      fold: `fn fold(a: Accumulator, i: u32) -> Accumulator {\n${fold.text}  return Accumulator(${fields((root, k) => combine(root, `a.v${k}`, fold.values[k] as string))});\n}`,
      finish: this.#finishReduction(fours),
    };
    const constants = { ...sizes, WORKGROUP: this.workgroupSize };
    if (isSerial(roots[0] as Node)) {
      const text = specialise("reduce", { constants, hooks });
      return { shader: "reduce", text, workgroups: Math.ceil(outputs / this.workgroupSize) };
    }
    const merge = `fn merge(a: Accumulator, b: Accumulator) -> Accumulator {\n  return Accumulator(${fields((root, k) => combine(root, `a.v${k}`, `b.v${k}`))});\n}`;
    const text = specialise("reduce_tree", { constants, hooks: { ...hooks, merge } });
    const bytes = (fours ? 16 : 4) * roots.length;
    return { shader: "reduce_tree", text, workgroups: outputs, workgroupMemory: bytes * this.workgroupSize };
  }

  /** The statements before a fold, and the values that it takes in: those of element `i`, or of the i-th four. */
  #folded(isByFours: boolean, size: number): { readonly text: string; readonly values: readonly string[] } {
    const inputs = this.cluster.roots.map((root) => root.inputs[0] as Node);
    const one = new FunctionBody(this.#expressions, "v");
    if (!isByFours) {
      const values = inputs.map((x) => one.value(x, identityIndex("i", size)));
      return { text: one.text, values };
    }
    const body = new FourBody(one, one.let("i * 4u"), size);
    const values = inputs.map((x) => body.value(x));
    return { text: one.text, values };
  }

  /** What becomes of the totals: of one output, of four that lie together, or of four parts of one. */
  #finishReduction(fours: "reduced" | "inner" | undefined): string {
    const { roots } = this.cluster;
    if (!fours) return `fn finish(o: u32, total: Accumulator) {\n${this.#finish("o", (k) => `total.v${k}`)}}`;
    const one = `fn finish_one(o: u32, ${roots.map((root, k) => `t${k}: ${wgslType(root.dtype)}`).join(", ")}) {\n${this.#finish("o", (k) => `t${k}`)}}`;
    const head = "fn finish(o: u32, total: Accumulator) {\n";
    if (fours === "inner") {
      const parts = roots.map((_, k) => `total.v${k}[e]`).join(", ");
      return `${one}\n\n${head}  for (var e = 0u; e < 4u; e++) {\n    finish_one(o * 4u + e, ${parts});\n  }\n}`;
    }
    const part = (k: number, e: string) => `total.v${k}.${e}`;
    const whole = (root: Node, k: number) =>
      combine(root, `(${combine(root, part(k, "x"), part(k, "y"))})`, `(${combine(root, part(k, "z"), part(k, "w"))})`);
    return `${one}\n\n${head}  finish_one(o, ${roots.map(whole).join(", ")});\n}`;
  }

  histogram(): EmittedPart {
    const root = this.cluster.roots[0] as Node;
    const x = root.inputs[0] as Node;
    const body = new FunctionBody(this.#expressions, "v");
    const value = body.value(x, identityIndex("i", nodeSize(x)));
    const text = specialise("histogram", {
      constants: { SIZE: nodeSize(x), BINS: nodeSize(root), WORKGROUP: this.workgroupSize },
      hooks: {
        bin: `fn bin(i: u32) -> u32 {\n${body.text}  return ${value};\n}`,
        finish: `fn finish(i: u32, count: u32) {\n${this.#finish("i", () => "count")}}`,
      },
    });
    return { shader: "histogram", text, workgroups: 1, workgroupMemory: 4 * nodeSize(root) };
  }

  gemm(): EmittedPart {
    const root = this.cluster.roots[0] as Node;
    return emitGemm(root, {
      context: this.#expressions,
      form: gemmForm(root, this.context),
      workgroupSize: this.workgroupSize,
      store: worksInFours(this.cluster, this.context)
        ? { isByFours: true, body: () => this.#finishFours("i", "values") }
        : { isByFours: false, body: () => this.#finish("i", () => "value") },
    });
  }

  /** Everything after a kernel's loop: the members, from the roots' values, and all stores. */
  #finish(index: string, rootValue: (k: number) => string): string {
    const body = new FunctionBody(this.#expressions, "w");
    this.cluster.roots.forEach((root, k) => {
      const value = rootValue(k);
      body.define(root, identityIndex(index, nodeSize(root)), value);
      this.#store(body, root, index, value);
    });
    this.#computeMembers(body, index);
    return body.text;
  }

  /** As `#finish`, for four elements from `index` on, a multiple of four. */
  #finishFours(index: string, rootValue = ""): string {
    const one = new FunctionBody(this.#expressions, "w");
    const body = new FourBody(one, index, this.cluster.size);
    for (const node of [...this.cluster.roots, ...this.cluster.members]) {
      const value = this.cluster.roots.includes(node) ? rootValue : body.compute(node);
      body.define(node, value);
      for (const target of this.context.targets(node)) {
        if (target.kind === "location") body.store(target.location, index, value);
      }
    }
    return one.text;
  }

  #computeMembers(body: FunctionBody, index: string): void {
    for (const member of this.cluster.members) {
      const at = identityIndex(index, nodeSize(member));
      const literalOrName = body.compute(member, at);
      body.define(member, at, literalOrName);
      this.#store(body, member, index, literalOrName);
    }
  }

  #store(body: FunctionBody, node: Node, index: string, value: string): void {
    for (const target of this.context.targets(node)) {
      if (target.kind === "location") body.store(target.location, index, value);
      else {
        const { table, row, column } = target;
        const [rows, columns] = table.shape as [number, number];
        const counter = this.bindings.load(rowLocation(row), "0u");
        const at = `(${counter} % ${rows}u) * ${columns}u + ${plus(index, column)}`;
        body.store(tableLocation(table, nodeSize(node)), at, node.dtype === "f32" ? value : `f32(${value})`);
      }
    }
  }
}

/** A table in which a kernel records `used` elements of a row. */
export function tableLocation(table: State, used: number): Location {
  return { buffer: { kind: "state", state: table }, offset: 0, size: sizeOf(table.shape), used, dtype: "f32" };
}

export function rowLocation(row: State): Location {
  return { buffer: { kind: "state", state: row }, offset: 0, size: 1, dtype: "u32" };
}

function combine(root: Node, a: string, b: string): string {
  const { lowering } = root.op;
  return lowering.kind === "reduce" && lowering.combine !== "sum" ? `${lowering.combine}(${a}, ${b})` : `${a} + ${b}`;
}

const largest: Readonly<Record<DType, number>> = {
  f32: 3.4028234663852886e38,
  i32: 2147483647,
  u32: 4294967295,
  bool: 1,
  u8: 255,
};

function neutral(root: Node): string {
  const { lowering } = root.op;
  const { dtype } = root;
  if (lowering.kind !== "reduce" || lowering.combine === "sum") return formatLiteral(0, dtype);
  if (lowering.combine === "min") return formatLiteral(largest[dtype], dtype);
  return formatLiteral(dtype === "u32" ? 0 : -largest[dtype], dtype);
}

function wgslType(dtype: DType): string {
  return dtype === "bool" || dtype === "u8" ? "u32" : dtype;
}
