import { type DType, type Shape, sameShape, sizeOf } from "./shape.ts";

/** What distinguishes two nodes of one primitive: plain values that serialise to JSON, or objects with an `id`. */
export type Attributes = Readonly<Record<string, unknown>>;

/** A value in the graph: a primitive applied to other nodes. Immutable; equal expressions are the same object. */
export interface Node<A extends Attributes = Attributes> {
  /** Grows with creation, so that sorting by it is a topological order. */
  readonly id: number;
  readonly op: Primitive;
  readonly inputs: readonly Node[];
  readonly attributes: A;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What a reverse-mode rule may use: the node's inputs, the node itself, and the cotangent that arrived at it. */
export interface VjpArguments<A extends Attributes> {
  readonly node: Node<A>;
  readonly inputs: readonly Node[];
  /** The node's own handle, never a copy: a copy would cut second derivatives. */
  readonly y: Node;
  readonly dy: Node;
}

/** An axis of a view's input: its coordinate is that of the view's `axis`, moved. Axes of size one need no answer. */
export interface ViewedAxis {
  readonly axis: number;
  /** Added to the coordinate, or what the coordinate is taken from if it `isReversed`; 0 if left out. */
  readonly start?: number;
  readonly isReversed?: boolean;
}

/** The three of the convolution family: y from x and w, dx from dy and w, dw from x and dy. */
export type ConvolutionMap = "forward" | "inputGradient" | "filterGradient";

/** How the compiler turns a primitive into WGSL. */
export type Lowering<A extends Attributes = Attributes> =
  /** Held in a buffer, or a literal. */
  | { readonly kind: "leaf" }
  /**
   * Element i from element i of every input. `cost` is in units of one addition. With `isFour`, the inputs are vectors, which
   * only operations that work on vectors are given.
   */
  | {
      readonly kind: "elementwise";
      readonly cost: number;
      wgsl(inputs: readonly string[], node: Node<A>, isFour?: boolean): string;
    }
  /** Element i from i itself and scalar inputs. */
  | {
      readonly kind: "indexed";
      readonly cost: number;
      wgsl(index: string, inputs: readonly string[], node: Node<A>): string;
    }
  /**
   * The input's elements elsewhere, or repeated: the input's axes by the view's, or the same order under another shape.
   * Further inputs are not read; the view waits for them.
   */
  | { readonly kind: "view"; view(node: Node<A>): readonly ViewedAxis[] | "reshaped" }
  | { readonly kind: "pad" }
  | { readonly kind: "concat" }
  | { readonly kind: "gather" }
  | { readonly kind: "reduce"; readonly combine: "sum" | "max" | "min" }
  | { readonly kind: "matmul" }
  | { readonly kind: "convolution"; readonly map: ConvolutionMap }
  | { readonly kind: "histogram" }
  /** The first input under another name: compiled away. */
  | { readonly kind: "identity" }
  /** Rewritten with other primitives before code is made. */
  | { readonly kind: "composite"; expand(node: Node<A>): Node };

/** The state of a backward pass, for a rule that goes through several nodes at once. */
export interface BackwardPass {
  readonly cotangents: Map<Node, Node>;
  /** Whether a target is, or leads to, a node. */
  readonly reaches: ReadonlySet<Node>;
  /** What the rule returned that was applied before. */
  readonly finished: readonly Node[];
  /** Goes through `order` (inputs first) backwards, from the cotangents of its last nodes to those of the targets. */
  pullBack(order: readonly Node[], cotangents: Map<Node, Node>, targets: ReadonlySet<Node>): void;
}

/** Everything that a primitive is. Defined in one place, next to the functions that build its nodes. */
export interface Primitive<A extends Attributes = Attributes> {
  readonly name: string;
  readonly lowering: Lowering<A>;
  /**
   * Cotangents of the inputs, written with primitives, so that derivatives of any order exist. `null` for an input that
   * the output doesn't depend on differentiably (an index, a mask).
   */
  vjp(args: VjpArguments<A>): readonly (Node | null)[];
  /**
   * In the place of `vjp`, for a node with results of its own nodes: called when the cotangents of all of them have arrived.
   * Adds those of its inputs to the pass, and returns what it computed.
   */
  pullBackResults?(node: Node, atResults: ReadonlyMap<Node, Node>, pass: BackwardPass): readonly Node[];
  /** The same operation on other inputs; the compiler uses it to rebuild a graph. */
  rebuild(inputs: readonly Node[], node: Node<A>): Node;
}

let nextId = 1;

/**
 * All live nodes by structure. Weak, so that a graph which nobody holds any more is collected.
 */
const interned = new Map<string, WeakRef<Node>>();
const forgotten = new FinalizationRegistry<string>((key) => {
  if (interned.get(key)?.deref() === undefined) interned.delete(key);
});

/** The node for this expression: the one that exists, or a new one. */
export function makeNode<A extends Attributes>(
  op: Primitive<A>,
  inputs: readonly Node[],
  attributes: A,
  shape: Shape,
  dtype: DType,
): Node<A> {
  const key = `${op.name}(${inputs.map((input) => input.id).join()})${attributesKey(attributes)}:${dtype}[${shape.join()}]`;
  const known = interned.get(key)?.deref();
  if (known) return known as Node<A>;
  const own = {
    attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, ownList(value)])) as A,
    shape: ownList(shape),
  };
  const node: Node<A> = { id: nextId++, op: op as unknown as Primitive, inputs, ...own, dtype };
  interned.set(key, new WeakRef<Node>(node));
  forgotten.register(node, key);
  return node;
}

/** A list that nobody else can change; anything else as it is. */
function ownList<Value>(value: Value): Value {
  return Array.isArray(value) && !Object.isFrozen(value) ? (Object.freeze([...value]) as Value) : value;
}

/** A string that is equal for equal attributes. Objects with an `id` stand for themselves. */
export function attributesKey(attributes: Attributes): string {
  return JSON.stringify(attributes, (_, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value)) return String(value);
    if (Object.is(value, -0)) return "-0";
    if (value !== null && typeof value === "object" && "id" in value) return `#${String(value.id)}`;
    return value;
  });
}

/** Distinct per call; for attributes that must keep two nodes apart. */
export function freshId(): number {
  return nextId++;
}

export function isShape(node: Node, shape: Shape): boolean {
  return sameShape(node.shape, shape);
}

export function nodeSize(node: Node): number {
  return sizeOf(node.shape);
}

/** The inputs that computing a node reads. A view has others too, which it waits for. */
export function operandsOf({ op, inputs }: Node): readonly Node[] {
  return op.lowering.kind === "view" ? inputs.slice(0, 1) : inputs;
}

/** All nodes that `roots` are computed from, inputs before their users; without those outside, and what leads to them alone. */
export function collect(roots: readonly Node[], isOutside: (node: Node) => boolean = () => false): Node[] {
  const seen = new Set<Node>();
  const order: Node[] = [];
  // An explicit stack: a graph of many unrolled steps is deeper than the JavaScript stack.
  const stack: { node: Node; next: number }[] = [];
  const visit = (node: Node) => {
    if (seen.has(node) || isOutside(node)) return;
    seen.add(node);
    stack.push({ node, next: 0 });
  };
  for (const root of roots) {
    visit(root);
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { node: Node; next: number };
      const input = top.node.inputs[top.next++];
      if (input) visit(input);
      else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}
