import { at } from "../errors/at.ts";
import type { ConvolutionAttributes } from "./convolution_geometry.ts";
import { type DType, type Shape, sameShape, sizeOf } from "./shape.ts";

/** What distinguishes two nodes of one primitive: plain values that serialise to JSON, or objects with an `id`. */
export type Attributes = object;

/** Of primitives whose nodes differ by their inputs and shapes alone. */
export type NoAttributes = Readonly<Record<string, never>>;

/** What a node is computed from: as many nodes as its primitive takes, or a list of them. */
export type Inputs = readonly Node[];

/** A value in the graph: a primitive applied to other nodes. Immutable; equal expressions are the same object. */
export interface Node<A extends Attributes = Attributes, I extends Inputs = Inputs> {
  /** Grows with creation, so that sorting by it is a topological order. */
  readonly id: number;
  readonly op: Primitive;
  readonly inputs: I;
  readonly attributes: A;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** One value for each input. */
export type Each<I extends Inputs, Value> = { readonly [K in keyof I]: Value };

/** What a reverse-mode rule may use: the node's inputs, the node itself, and the cotangent that arrived at it. */
export interface VjpArguments<A extends Attributes = Attributes, I extends Inputs = Inputs> {
  readonly node: Node<A, I>;
  readonly inputs: I;
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

/** How a reduction makes one element of many. */
export type Combine = "sum" | "max" | "min";

/** How the compiler turns a primitive into WGSL, and what it has to know of it for that. */
export type Lowering<A extends Attributes = Attributes, I extends Inputs = Inputs> =
  /** Held in a buffer, or a literal. */
  | { readonly kind: "leaf" }
  /**
   * Element i from element i of every input. `cost` is in units of one addition. With `isFour`, the inputs are vectors, which
   * only operations that work `onVectors` are given: their WGSL means the same for vectors, component by component. The others
   * are computed one by one.
   */
  | {
      readonly kind: "elementwise";
      readonly cost: number;
      readonly onVectors: boolean;
      wgsl(inputs: Each<I, string>, node: Node<A, I>, isFour?: boolean): string;
    }
  /** Element i from i itself and scalar inputs. */
  | {
      readonly kind: "indexed";
      readonly cost: number;
      wgsl(index: string, inputs: Each<I, string>, node: Node<A, I>): string;
    }
  /**
   * The first input's elements elsewhere, or repeated: the input's axes by the view's. Further inputs are not read; the view
   * waits for them. Where a view that `mayComeApart` parts four neighbours, these are put together one by one, which is cheap.
   */
  | Formed<
      "view",
      A,
      I,
      { readonly isReshape: false; readonly mayComeApart: boolean; view(node: Node<A, I>): readonly ViewedAxis[] }
    >
  /** The same elements in the same order, under another shape. */
  | Formed<"view", A, I, { readonly isReshape: true; readonly mayComeApart: true }>
  | Formed<"pad", A, I>
  | Formed<"concat", A, I>
  | Formed<"gather", A, I>
  | Formed<"reduce", A, I, { readonly combine: Combine }>
  | Formed<"matmul", A, I>
  | Formed<"convolution", A, I, { readonly map: ConvolutionMap }>
  | Formed<"histogram", A, I>
  | Formed<"segmentSum", A, I>
  | Formed<"segmentHistogram", A, I>
  /** The first input under another name: compiled away. */
  | Formed<"identity", A, I>
  /** Rewritten with other primitives before code is made. */
  | { readonly kind: "composite"; expand(node: Node<A, I>): Node };

/** What the compiler counts on in the nodes of a kind. */
export interface Forms {
  readonly view: Node<Attributes, readonly [viewed: Node, ...awaited: Node[]]>;
  readonly pad: Node<{ readonly before: readonly number[] }, readonly [x: Node]>;
  readonly concat: Node<{ readonly axis: number }>;
  readonly gather: Node<Attributes, readonly [table: Node, indices: Node]>;
  readonly reduce: Node<{ readonly axes: readonly number[] }, readonly [x: Node]>;
  readonly matmul: Node<{ readonly transposeA: boolean; readonly transposeB: boolean }, readonly [a: Node, b: Node]>;
  readonly convolution: Node<ConvolutionAttributes, readonly [first: Node, second: Node]>;
  readonly histogram: Node<Attributes, readonly [x: Node]>;
  readonly segmentSum: Node<{ readonly lengths: readonly number[] }, readonly [x: Node]>;
  readonly segmentHistogram: Node<{ readonly lengths: readonly number[]; readonly bins: number }, readonly [x: Node]>;
  readonly identity: Node<Attributes, readonly [x: Node, ...others: Node[]]>;
}

/** A lowering of a kind, for primitives whose nodes have its form; for others there is none, so that they do not compile. */
type Formed<Kind extends keyof Forms, A extends Attributes, I extends Inputs, More = unknown> =
  Node<A, I> extends Forms[Kind]
    ? { readonly kind: Kind } & More
    : // Of a primitive that may be any.
      Node extends Node<A, I>
      ? { readonly kind: Kind } & More
      : never;

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
export interface Primitive<A extends Attributes = Attributes, I extends Inputs = Inputs> {
  readonly name: string;
  readonly lowering: Lowering<A, I>;
  /**
   * Cotangents of the inputs, written with primitives, so that derivatives of any order exist. `null` for an input that
   * the output doesn't depend on differentiably (an index, a mask).
   */
  vjp(args: VjpArguments<A, I>): Each<I, Node | null>;
  /**
   * In the place of `vjp`, for a node with results of its own nodes: called when the cotangents of all of them have arrived.
   * Adds those of its inputs to the pass, and returns what it computed.
   */
  pullBackResults?(node: Node<A, I>, atResults: ReadonlyMap<Node, Node>, pass: BackwardPass): readonly Node[];
  /** The same operation on other inputs; the compiler uses it to rebuild a graph. */
  rebuild(inputs: I, node: Node<A, I>): Node;
}

/** Whether a node is one of a primitive; its attributes and inputs are then known. */
export function isA<A extends Attributes, I extends Inputs>(
  node: Node,
  primitive: Primitive<A, I>,
): node is Node<A, I> {
  return node.op === primitive;
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
export function makeNode<A extends Attributes, I extends Inputs>(
  op: Primitive<A, I>,
  inputs: NoInfer<I>,
  attributes: NoInfer<A>,
  shape: Shape,
  dtype: DType,
): Node<A, I> {
  const key = `${op.name}(${inputs.map((input) => input.id).join()})${attributesKey(attributes)}:${dtype}[${shape.join()}]`;
  const known = interned.get(key)?.deref();
  if (known) return known as Node<A, I>;
  const own = {
    attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, ownList(value)])) as A,
    shape: ownList(shape),
  };
  const node: Node<A, I> = { id: nextId++, op, inputs, ...own, dtype };
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
      const top = at(stack, stack.length - 1);
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
