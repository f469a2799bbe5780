import { isOfKind } from "../../graph/kinds.ts";
import { isA, type Node, nodeSize, operandsOf } from "../../graph/node.ts";
import { constantValue } from "../../graph/primitives/leaf.ts";
import { slicePrimitive } from "../../graph/primitives/slice_pad.ts";
import type { DType } from "../../graph/shape.ts";
import { keepsOrder } from "../keeps_order.ts";
import type { Location } from "../places/places.ts";
import {
  type ElementIndex,
  identityIndex,
  indexAtFour,
  indexKey,
  type NameIndex,
  throughPad,
  throughView,
  variable,
} from "../views/element_index.ts";
import { type EmitContext, type FunctionBody, formatLiteral, storedSlice } from "./emit_expression.ts";

export const vectorTypes: Readonly<Record<DType, string>> = {
  f32: "vec4f",
  i32: "vec4i",
  u32: "vec4u",
  bool: "vec4<bool>",
  u8: "vec4u",
};

export const components = ["x", "y", "z", "w"] as const;

/**
 * Whether a node is worth computing by fours: from what is stored, by operations on vectors, and by views that keep four
 * neighbours together or are cheap. Anything else would stand four times in the kernel, as operations on numbers `mayRepeat`.
 */
export function isForFours(node: Node, context: Pick<EmitContext, "isStored">, mayRepeat = false): boolean {
  const names = new Map<string, string>();
  const nameIndex: NameIndex = (expression) => {
    const name = names.get(expression) ?? `w${names.size}`;
    names.set(expression, name);
    return name;
  };
  const seen = new Set<string>();
  const isFine = (part: Node, index: ElementIndex): boolean => {
    // One value for all four is computed once.
    if (nodeSize(part) === 1 || indexAtFour(index) === "same") return true;
    const key = `${part.id}@${indexKey(index)}`;
    if (seen.has(key)) return true;
    seen.add(key);
    const reads = (inner: ElementIndex) => operandsOf(part).every((input) => isLoaded(input) || isFine(input, inner));
    const isTogether = (inner: ElementIndex) => indexAtFour(inner) !== "apart";
    if (isOfKind(part, "elementwise")) return (part.op.lowering.onVectors || mayRepeat) && reads(index);
    if (isOfKind(part, "pad")) {
      const { inner, isSameAtFour } = throughPad(part, index, nameIndex);
      return isSameAtFour && isTogether(inner) && reads(inner);
    }
    if (!isOfKind(part, "view")) return false;
    const inner = throughView(part, index, nameIndex);
    return (part.op.lowering.mayComeApart || isSliceOfStored(part) || isTogether(inner)) && reads(inner);
  };
  const isLoaded = (input: Node) => constantValue(input) !== undefined || context.isStored(input);
  const isSliceOfStored = (part: Node) => isA(part, slicePrimitive) && context.isStored(inOrder(part.inputs[0]));
  return isFine(node, identityIndex("i", nodeSize(node)));
}

/** What a view shows, if it shows it in its own order. */
function inOrder(node: Node): Node {
  let inner = node;
  while (keepsOrder(inner)) inner = inner.inputs[0];
  return inner;
}

/** Which element four neighbours begin with, and how that follows from the variable that counts the kernel's elements. */
interface FourIndex {
  readonly index: ElementIndex;
  readonly from: (first: ElementIndex) => ElementIndex;
}

/**
 * Statements that compute nodes at four neighbouring indices at once, in the body of a function of single elements. An index
 * is that of the first of four, a multiple of four where it is the identity. What is stored is loaded as a vector where the
 * four lie together.
 */
export class FourBody {
  readonly #known = new Map<string, string>();

  constructor(
    readonly one: FunctionBody,
    /** The variable with the first of four elements, and how many elements the kernel has. */
    readonly first: string,
    readonly size: number,
  ) {}

  /** Declares that the variable `name` holds the node's values at the first element and the next three. */
  define(node: Node, name: string): void {
    this.#known.set(this.#key(node, this.#begin()), name);
  }

  /** As `define`, at another index than that of the first element. */
  defineAt(node: Node, index: ElementIndex, name: string): void {
    this.#known.set(this.#key(node, { index, from: () => index }), name);
  }

  /** A variable with four values of a node. */
  value(node: Node): string {
    return this.#value(node, this.#begin());
  }

  /** As `value`, from the node's inputs even if the node is stored. */
  compute(node: Node): string {
    return this.#compute(node, this.#begin());
  }

  #begin(): FourIndex {
    return { index: identityIndex(this.first, this.size), from: (first) => first };
  }

  #value(node: Node, at: FourIndex): string {
    const literal = constantValue(node);
    if (literal !== undefined) return `${vectorTypes[node.dtype]}(${formatLiteral(literal, node.dtype)})`;
    const key = this.#key(node, at);
    const known = this.#known.get(key);
    if (known) return known;
    const name = this.#evaluate(node, at);
    this.#known.set(key, name);
    return name;
  }

  #compute(node: Node, at: FourIndex): string {
    const { nameIndex } = this.one;
    if (isOfKind(node, "elementwise")) {
      const { lowering } = node.op;
      const inputs = node.inputs.map((input) => this.#value(input, at));
      if (lowering.onVectors) return this.one.let(lowering.wgsl(inputs, node, true));
      const each = components.map((component) =>
        lowering.wgsl(
          inputs.map((input) => `${input}.${component}`),
          node,
        ),
      );
      return this.one.let(`${vectorTypes[node.dtype]}(${each.join(", ")})`);
    }
    if (isOfKind(node, "pad")) {
      const { inner, inside, isSameAtFour } = throughPad(node, at.index, nameIndex);
      if (!isSameAtFour || indexAtFour(inner) === "apart")
        return this.#oneByOne(node, at, (index) => this.one.compute(node, index));
      const from = (first: ElementIndex) => throughPad(node, at.from(first), nameIndex).inner;
      const values = this.#value(node.inputs[0], { index: inner, from });
      return this.one.let(`select(${vectorTypes[node.dtype]}(${formatLiteral(0, node.dtype)}), ${values}, ${inside})`);
    }
    if (!isOfKind(node, "view")) return this.#oneByOne(node, at, (index) => this.one.compute(node, index));
    const run = storedSlice(node, this.one.context);
    if (run) return this.#load(run, at.index) ?? this.#oneByOne(node, at, (index) => this.one.compute(node, index));
    return this.#value(node.inputs[0], {
      index: throughView(node, at.index, nameIndex),
      from: (first) => throughView(node, at.from(first), nameIndex),
    });
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

  #evaluate(node: Node, at: FourIndex): string {
    const pattern = nodeSize(node) === 1 ? "same" : indexAtFour(at.index);
    if (pattern === "same") return this.one.let(`${vectorTypes[node.dtype]}(${this.one.value(node, at.index)})`);
    if (pattern === "apart") return this.#oneByOne(node, at, (index) => this.one.value(node, index));
    const { context } = this.one;
    if (!context.isStored(node)) return this.#compute(node, at);
    const loaded = this.#load(context.locate(node), at.index);
    return loaded ?? this.#oneByOne(node, at, (index) => this.one.value(node, index));
  }

  /** A variable with four neighbours of a location, if they can be loaded at once. */
  #load(location: Location, index: ElementIndex): string | undefined {
    const { bindings } = this.one.context;
    if (!bindings.canLoadVectors(location)) return undefined;
    return this.one.let(bindings.loadFour(location, this.one.flat(index)));
  }

  #oneByOne(node: Node, { index, from }: FourIndex, evaluate: (index: ElementIndex) => string): string {
    const each = components.map((_, e) =>
      evaluate(e === 0 ? index : from([variable(this.one.nameIndex(`${this.first} + ${e}u`), this.size, "apart")])),
    );
    return this.one.let(`${vectorTypes[node.dtype]}(${each.join(", ")})`);
  }

  #key(node: Node, { index }: FourIndex): string {
    return `${node.id}@${nodeSize(node) === 1 ? "" : indexKey(index)}`;
  }
}
