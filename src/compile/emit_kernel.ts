import { type Node, nodeSize } from "../graph/node.ts";
import type { DType } from "../graph/shape.ts";
import type { ShaderName } from "../kernels/manifest.ts";
import { specialise } from "../kernels/specialise.ts";
import { type KernelBinding, KernelBindings } from "./bindings.ts";
import { type EmitContext, FunctionBody, formatLiteral, plus, storedRun } from "./emit_expression.ts";
import { convolutionMap, matmulMap, type OperandLoads } from "./gemm_maps.ts";
import { identityIndex } from "./index_expression.ts";
import type { BufferReference, Location } from "./memory.ts";
import type { Cluster } from "./schedule.ts";
import type { State } from "./state.ts";

/** One dispatch: WGSL, what it binds, and how many workgroups it takes. */
export interface Kernel {
  readonly label: string;
  readonly shader: ShaderName;
  readonly source: string;
  readonly bindings: readonly KernelBinding[];
  readonly workgroups: number;
  readonly cluster: Cluster;
  /** Multiply-adds of a matrix product or convolution; 0 elsewhere. */
  readonly multiplyAdds: number;
}

/** A place that a computed node is written to. */
export type Target =
  | { readonly kind: "location"; readonly location: Location }
  | { readonly kind: "record"; readonly table: State; readonly row: State; readonly column: number };

export interface ClusterContext {
  isStored(node: Node): boolean;
  locate(node: Node): Location;
  targets(node: Node): readonly Target[];
  sizeOf(buffer: BufferReference): number;
  /** Storage buffers that one kernel may bind. */
  readonly maxBindings: number;
}

export function emitKernel(cluster: Cluster, context: ClusterContext): Kernel {
  const written = [...cluster.roots, ...cluster.members].flatMap((node) =>
    context.targets(node).map((target) => (target.kind === "location" ? target.location : tableLocation(target.table))),
  );
  const emit = (areWhole: boolean): Kernel => {
    const bindings = new KernelBindings(written, context.sizeOf, areWhole);
    const {
      shader,
      source,
      workgroups,
      multiplyAdds = 0,
    } = new ClusterEmitter(cluster, context, bindings)[cluster.kind]();
    return { label: labelOf(cluster), shader, source, bindings: bindings.list, workgroups, cluster, multiplyAdds };
  };
  // The scheduler counts buffers; a kernel that reads many parameters binds a stretch of their buffer for each.
  const kernel = emit(false);
  return kernel.bindings.length > context.maxBindings ? emit(true) : kernel;
}

interface Emitted {
  readonly shader: ShaderName;
  readonly source: string;
  readonly workgroups: number;
  readonly multiplyAdds?: number;
}

/** Reductions up to this length run one invocation an output; beyond, a workgroup shares the work. */
const serialReduction = 512;
const manyOutputs = 4096;

class ClusterEmitter {
  readonly #expressions: EmitContext;

  constructor(
    readonly cluster: Cluster,
    readonly context: ClusterContext,
    readonly bindings: KernelBindings,
  ) {
    this.#expressions = {
      bindings,
      isStored: (node) => context.isStored(node),
      locate: (node) => context.locate(node),
    };
  }

  elementwise(): Emitted {
    const { size } = this.cluster;
    const body = new FunctionBody(this.#expressions, "v");
    this.#computeMembers(body, "i");
    const items = size >= 16384 ? 4 : 1;
    const source = specialise("elementwise", {
      constants: { SIZE: size, ITEMS: items, WORKGROUP: 64 },
      hooks: { element: `fn element(i: u32) {\n${body.text}}` },
      bindings: this.bindings.declarations(),
    });
    return { shader: "elementwise", source, workgroups: Math.ceil(size / (64 * items)) };
  }

  reduce(): Emitted {
    const { roots } = this.cluster;
    const input = (roots[0] as Node).inputs[0] as Node;
    const [outer, extent, inner] = input.shape as [number, number, number];
    const outputs = outer * inner;
    const fold = new FunctionBody(this.#expressions, "v");
    const index = identityIndex("i", outer * extent * inner);
    const values = roots.map((root) => fold.value(root.inputs[0] as Node, index));
    const combined = (of: (k: number) => string) => roots.map((root, k) => combine(root, `a.v${k}`, of(k))).join(", ");
    const finish = this.#finish("o", (k) => `total.v${k}`);
    const hooks = {
      Accumulator: `struct Accumulator {\n${roots.map(({ dtype }, k) => `  v${k}: ${wgslType(dtype)},\n`).join("")}}`,
      initial: `fn initial() -> Accumulator {\n  return Accumulator(${roots.map(neutral).join(", ")});\n}`,
      fold: `fn fold(a: Accumulator, i: u32) -> Accumulator {\n${fold.text}  return Accumulator(${combined((k) => values[k] as string)});\n}`,
      finish: `fn finish(o: u32, total: Accumulator) {\n${finish}}`,
    };
    const constants = { OUTER: outer, REDUCE: extent, INNER: inner, WORKGROUP: 64 };
    const bindings = this.bindings.declarations();
    if (extent <= serialReduction || outputs >= manyOutputs) {
      const workgroup = outputs >= 1024 ? 64 : 16;
      const source = specialise("reduce", { constants: { ...constants, WORKGROUP: workgroup }, hooks, bindings });
      return { shader: "reduce", source, workgroups: Math.ceil(outputs / workgroup) };
    }
    const merge = `fn merge(a: Accumulator, b: Accumulator) -> Accumulator {\n  return Accumulator(${combined((k) => `b.v${k}`)});\n}`;
    const source = specialise("reduce_tree", { constants, hooks: { ...hooks, merge }, bindings });
    return { shader: "reduce_tree", source, workgroups: outputs };
  }

  histogram(): Emitted {
    const root = this.cluster.roots[0] as Node;
    const x = root.inputs[0] as Node;
    const body = new FunctionBody(this.#expressions, "v");
    const value = body.value(x, identityIndex("i", nodeSize(x)));
    const source = specialise("histogram", {
      constants: { SIZE: nodeSize(x), BINS: nodeSize(root), WORKGROUP: 64 },
      hooks: {
        bin: `fn bin(i: u32) -> u32 {\n${body.text}  return ${value};\n}`,
        finish: `fn finish(i: u32, count: u32) {\n${this.#finish("i", () => "count")}}`,
      },
      bindings: this.bindings.declarations(),
    });
    return { shader: "histogram", source, workgroups: 1 };
  }

  /** A matrix product or a member of the convolution family: one template, with an index map each. */
  gemm(): Emitted {
    const root = this.cluster.roots[0] as Node;
    const load = (node: Node, inFours: boolean) => this.#operand(node, inFours);
    const { lowering } = root.op;
    const map = lowering.kind === "convolution" ? convolutionMap(root, lowering.map, load) : matmulMap(root, load);
    const { batch, m, n, k, hooks, include, multiplyAdds } = map;
    const tiles = batch * Math.ceil(m / 8) * Math.ceil(n / 8);
    const workgroup = tiles >= 2048 ? 64 : tiles >= 512 ? 32 : 16;
    const parts = {
      constants: { BATCH: batch, M: m, N: n, K: k, WORKGROUP: workgroup },
      hooks: { ...hooks, store: `fn store(i: u32, value: f32) {\n${this.#finish("i", () => "value")}}` },
      bindings: this.bindings.declarations(),
    };
    const source =
      include.shader === "conv2d" ? specialise("gemm", parts, include) : specialise("gemm", parts, include);
    return { shader: "gemm", source, workgroups: Math.ceil(tiles / workgroup), multiplyAdds };
  }

  /** Loads four neighbours at once where the map asks for that and the operand's place allows it. */
  #operand(node: Node, inFours: boolean): OperandLoads {
    const run = storedRun(node, this.#expressions);
    if (run && inFours && this.bindings.canLoadVectors(run)) {
      const { name, offset } = this.bindings.refer(run, true);
      const element = `${name}[${plus("i / 4u", offset / 4)}]`;
      return {
        isVector: true,
        scalar: (f) => `fn ${f}(i: u32) -> f32 {\n  return ${element}[i % 4u];\n}`,
        vector: (f) => `fn ${f}(i: u32) -> vec4f {\n  return ${element};\n}`,
      };
    }
    const body = new FunctionBody(this.#expressions, "v");
    const value = body.value(node, identityIndex("i", nodeSize(node)));
    return {
      isVector: false,
      scalar: (f) => `fn ${f}(i: u32) -> f32 {\n${body.text}  return ${value};\n}`,
      vector: (f) => `fn ${f}(i: u32) -> vec4f {\n  return vec4f();\n}`,
    };
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
        const counter = this.bindings.refer({
          buffer: { kind: "state", state: row },
          offset: 0,
          size: 1,
          dtype: "u32",
        });
        const at = `(${counter.name}[${plus("0u", counter.offset)}] % ${rows}u) * ${columns}u + ${plus(index, column)}`;
        body.store(tableLocation(table), at, node.dtype === "f32" ? value : `f32(${value})`);
      }
    }
  }
}

function tableLocation(table: State): Location {
  const size = table.shape.reduce((product, extent) => product * extent, 1);
  return { buffer: { kind: "state", state: table }, offset: 0, size, dtype: "f32" };
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

/** What a kernel computes, in a few words: `matmul + add, tanh`. */
function labelOf(cluster: Cluster): string {
  const names = (nodes: readonly Node[]) => [...new Set(nodes.map((node) => node.op.name))].join(", ");
  const roots = names(cluster.roots);
  const members = names(cluster.members);
  return roots && members ? `${roots} + ${members}` : roots || members;
}
