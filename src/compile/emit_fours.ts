import { type Node, nodeSize } from "../graph/node.ts";
import { constantValue } from "../graph/primitives/leaf.ts";
import { type DType, rowMajorStrides } from "../graph/shape.ts";
import { type EmitContext, type FunctionBody, formatLiteral, storedSlice } from "./emit_expression.ts";
import { coalesce, type IndexExpression, indexKey, throughView } from "./index_expression.ts";
import type { Location } from "./memory.ts";

const vectorTypes: Readonly<Record<DType, string>> = {
  f32: "vec4f",
  i32: "vec4i",
  u32: "vec4u",
  bool: "vec4<bool>",
  u8: "vec4u",
};

const components = ["x", "y", "z", "w"] as const;

/** Operations whose WGSL means the same for vectors, component by component. The others are computed one by one. */
const worksOnVectors = new Set(
  "add sub mul div neg abs sign floor sqrt rsqrt minimum maximum less lessEqual equal select copy".split(" "),
);

/**
 * Whether a node is worth computing by fours: from what is stored, by operations on vectors, reshaped and broadcast alone.
 * Anything else would stand four times in the kernel.
 */
export function isForFours(node: Node, context: Pick<EmitContext, "isStored">): boolean {
  const seen = new Set<Node>();
  const isFine = (at: Node): boolean => {
    if (seen.has(at)) return true;
    seen.add(at);
    const { lowering, name } = at.op;
    const reads = () => at.inputs.every((input) => isLoaded(input) || isFine(input));
    if (lowering.kind === "elementwise") return worksOnVectors.has(name) && reads();
    return lowering.kind === "view" && (name === "reshape" || name === "broadcast" || isSliceOfStored(at)) && reads();
  };
  const isLoaded = (input: Node) => constantValue(input) !== undefined || context.isStored(input);
  const isSliceOfStored = ({ op: { name }, inputs: [whole] }: Node) =>
    name === "slice" && whole !== undefined && context.isStored(whole);
  return isFine(node);
}

/**
 * Statements that compute nodes at four neighbouring indices at once, in the body of a function of single elements. An index
 * is that of the first of four, a multiple of four where it is the identity. What is stored is loaded as a vector where the
 * four lie together.
 */
export class FourBody {
  readonly #known = new Map<string, string>();

  constructor(readonly one: FunctionBody) {}

  /** Declares that the variable `name` holds the node's four values at this index. */
  define(node: Node, index: IndexExpression, name: string): void {
    this.#known.set(this.#key(node, index), name);
  }

  /** A variable with the node's four values at this index. */
  value(node: Node, index: IndexExpression): string {
    const literal = constantValue(node);
    if (literal !== undefined) return `${vectorTypes[node.dtype]}(${formatLiteral(literal, node.dtype)})`;
    const key = this.#key(node, index);
    const known = this.#known.get(key);
    if (known) return known;
    const name = this.#evaluate(node, index);
    this.#known.set(key, name);
    return name;
  }

  /** As `value`, but from the node's inputs even if the node is stored. */
  compute(node: Node, index: IndexExpression): string {
    const { lowering } = node.op;
    if (lowering.kind === "elementwise") {
      const inputs = node.inputs.map((input) => this.value(input, index));
      if (worksOnVectors.has(node.op.name)) return this.one.let(lowering.wgsl(inputs, node));
      const each = components.map((component) =>
        lowering.wgsl(
          inputs.map((input) => `${input}.${component}`),
          node,
        ),
      );
      return this.one.let(`${vectorTypes[node.dtype]}(${each.join(", ")})`);
    }
    if (lowering.kind !== "view") return this.#oneByOne(node, index, (at) => this.one.compute(node, at));
    const run = storedSlice(node, this.one.context);
    if (run) return this.#load(run, index) ?? this.#oneByOne(node, index, (at) => this.one.compute(node, at));
    const view = lowering.view(node);
    const isWhole = view.offset === 0 && view.strides.join() === rowMajorStrides(node.shape).join();
    const inner = isWhole
      ? index
      : throughView(this.one.asIdentity(index, node), node.shape, view.strides, view.offset);
    return this.value(node.inputs[0] as Node, inner);
  }

  /** Stores four values from element `index` of a location on. */
  store(location: Location, index: string, values: string): void {
    const { bindings } = this.one.context;
    const own = location.dtype === "bool" ? `select(vec4u(0u), vec4u(1u), ${values})` : values;
    if (bindings.canStoreFours(location)) {
      this.one.statement(bindings.storeFour(location, index, own));
      return;
    }
    components.forEach((component, e) => {
      this.one.statement(bindings.store(location, e === 0 ? index : `${index} + ${e}u`, `${own}.${component}`));
    });
  }

  #evaluate(node: Node, index: IndexExpression): string {
    const pattern = patternOf(index, nodeSize(node));
    if (pattern === "same") return this.one.let(`${vectorTypes[node.dtype]}(${this.one.value(node, index)})`);
    if (pattern === "apart") return this.#oneByOne(node, index, (at) => this.one.value(node, at));
    const { context } = this.one;
    if (!context.isStored(node)) return this.compute(node, index);
    return this.#load(context.locate(node), index) ?? this.#oneByOne(node, index, (at) => this.one.value(node, at));
  }

  /** A variable with four neighbours of a location, if they can be loaded at once. */
  #load(location: Location, index: IndexExpression): string | undefined {
    const { bindings } = this.one.context;
    if (!bindings.canLoadVectors(location)) return undefined;
    return this.one.let(bindings.loadFour(location, this.one.flat(index)));
  }

  #oneByOne(node: Node, index: IndexExpression, evaluate: (at: IndexExpression) => string): string {
    const each = components.map((_, e) =>
      evaluate(e === 0 ? index : { ...index, base: this.one.let(`${index.base} + ${e}u`) }),
    );
    return this.one.let(`${vectorTypes[node.dtype]}(${each.join(", ")})`);
  }

  #key(node: Node, index: IndexExpression): string {
    return `${node.id}@${nodeSize(node) === 1 ? "" : indexKey(index)}`;
  }
}

/** Where an index leads at four neighbours: to one element, to four that lie together from a multiple of four, or apart. */
function patternOf(index: IndexExpression, size: number): "same" | "run" | "apart" {
  const { shape, strides, offset } = coalesce(index);
  const last = shape.length - 1;
  if (size === 1 || last < 0 || strides.every((stride) => stride === 0)) return "same";
  if ((shape[last] as number) % 4 !== 0) return "apart";
  if (strides[last] === 0) return "same";
  const isAligned = offset % 4 === 0 && strides.slice(0, last).every((stride) => stride % 4 === 0);
  return strides[last] === 1 && isAligned ? "run" : "apart";
}
