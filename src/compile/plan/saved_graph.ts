import { at, fault } from "../../errors/at.ts";
import type { Access } from "../../gpu/pipelines.ts";
import type { Node } from "../../graph/node.ts";
import { input, type StateSlot } from "../../graph/primitives/leaf.ts";
import type { DType, Shape } from "../../graph/shape.ts";
import type { BufferReference } from "../places/places.ts";
import type { State } from "../state.ts";
import type { CompiledGraph } from "./compile_graph.ts";

/** A compiled graph as data, to be written as JSON: a page that has nothing of the compiler makes a plan of it. */
export interface SavedGraph {
  readonly kernels: readonly SavedKernel[];
  /** Bytes of each, as of the buffers of outputs. */
  readonly arenas: readonly number[];
  readonly outputBytes: readonly number[];
  readonly feeds: readonly SavedFeed[];
  /** Where the results lie, in elements. */
  readonly outputs: readonly (SavedPlace & { readonly dtype: DType })[];
}

/** A leaf that is filled before a run. */
interface SavedFeed {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

interface SavedKernel {
  readonly label: string;
  readonly source: string;
  readonly workgroups: number;
  /** In bytes. */
  readonly bindings: readonly (SavedPlace & { readonly access: Access })[];
}

/** A stretch of one of the arenas, outputs, feeds or states, by its number. */
interface SavedPlace {
  readonly kind: BufferReference["kind"];
  readonly index: number;
  readonly offset: number;
  readonly size: number;
}

/**
 * A graph without values of half precision, as data.
 *
 * @param nameOf what a leaf is called that the host fills.
 * @param states all that the graph may read or write; the data has their numbers.
 */
export function savedGraph(
  { kernels, arenas, outputBytes, feeds, outputs }: CompiledGraph,
  nameOf: (feed: Node) => string,
  states: readonly StateSlot[],
): SavedGraph {
  const placeOf = (buffer: BufferReference): Pick<SavedPlace, "kind" | "index"> => {
    switch (buffer.kind) {
      case "arena":
        return { kind: "arena", index: buffer.arena };
      case "output":
        return { kind: "output", index: buffer.output };
      case "feed":
        return { kind: "feed", index: buffer.feed };
      case "state":
        return { kind: "state", index: states.findIndex(({ id }) => id === buffer.state.id) };
    }
  };
  return {
    kernels: kernels.map(({ label, source, workgroups, bindings }) => ({
      label,
      source,
      workgroups,
      bindings: bindings.map(({ buffer, offset, size, access }) => ({ ...placeOf(buffer), offset, size, access })),
    })),
    arenas,
    outputBytes,
    feeds: feeds.map((node) => ({ name: nameOf(node), shape: node.shape, dtype: node.dtype })),
    outputs: outputs.map(({ buffer, offset, size, dtype }) => {
      if (dtype === "f16") throw fault("A graph whose results are halves is not saved");
      return { ...placeOf(buffer), offset, size, dtype };
    }),
  };
}

/** What a plan is made of; what only explains its kernels was not kept. */
export function graphOf(
  { kernels, arenas, outputBytes, feeds, outputs }: SavedGraph,
  states: readonly State[],
): CompiledGraph {
  const bufferOf = ({ kind, index }: SavedPlace): BufferReference => {
    switch (kind) {
      case "arena":
        return { kind, arena: index };
      case "output":
        return { kind, output: index };
      case "feed":
        return { kind, feed: index };
      case "state":
        return { kind, state: at(states, index) };
    }
  };
  const unexplained = { name: "", type: "", bytesRead: 0, bytesWritten: 0 };
  return {
    kernels: kernels.map(({ label, source, workgroups, bindings }) => ({
      ...{ label, source, workgroups, workgroupMemory: 0, parts: [] },
      bindings: bindings.map((binding) => {
        const { offset, size, access } = binding;
        return { ...unexplained, buffer: bufferOf(binding), offset, size, access };
      }),
    })),
    arenas,
    outputBytes,
    feeds: feeds.map(({ name, shape, dtype }) => input(name, shape, dtype)),
    outputs: outputs.map((place) => {
      const { offset, size, dtype } = place;
      return { buffer: bufferOf(place), offset, size, dtype };
    }),
    memoryLowerBound: 0,
  };
}

/**
 * Whether a value is a saved graph over as many states: whether all is there, and every place in one of its buffers. Whether it
 * is inside, and what WGSL says, WebGPU judges.
 */
export function isSavedGraph(value: unknown, stateCount: number): value is SavedGraph {
  const { kernels, arenas, outputBytes, feeds, outputs } = fieldsOf(value);
  if (!isListOf(arenas, isSize) || !isListOf(outputBytes, isSize) || !isListOf(feeds, isFeed)) return false;
  const counts = { arena: arenas.length, output: outputBytes.length, feed: feeds.length, state: stateCount };
  const isPlace = (place: unknown): place is SavedPlace => {
    const { kind, index, offset, size } = fieldsOf(place);
    return isKeyOf(counts, kind) && isWhole(index) && index < counts[kind] && isWhole(offset) && isSize(size);
  };
  const isKernel = (kernel: unknown): kernel is SavedKernel => {
    const { label, source, workgroups, bindings } = fieldsOf(kernel);
    const isBinding = (binding: unknown): binding is SavedKernel["bindings"][number] =>
      isPlace(binding) && isKeyOf(accesses, fieldsOf(binding)["access"]);
    return isText(label) && isText(source) && isSize(workgroups) && isListOf(bindings, isBinding);
  };
  const isOutput = (place: unknown): place is SavedGraph["outputs"][number] =>
    isPlace(place) && isKeyOf(types, fieldsOf(place)["dtype"]);
  return isListOf(kernels, isKernel) && isListOf(outputs, isOutput);
}

const types: Readonly<Record<DType, true>> = { f32: true, i32: true, u32: true, bool: true, u8: true };
const accesses: Readonly<Record<Access, true>> = { read: true, read_write: true };

function isFeed(feed: unknown): feed is SavedFeed {
  const { name, shape, dtype } = fieldsOf(feed);
  return isText(name) && isListOf(shape, isSize) && isKeyOf(types, dtype);
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> => Object(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isSize = (value: unknown): value is number => isWhole(value) && value > 0;
const isKeyOf = <Key extends string>(table: Readonly<Record<Key, unknown>>, key: unknown): key is Key =>
  isText(key) && Object.hasOwn(table, key);
const isListOf = <Item>(value: unknown, is: (item: unknown) => item is Item): value is readonly Item[] =>
  Array.isArray(value) && value.every((item) => is(item));
