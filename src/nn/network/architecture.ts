import { describe } from "../../errors/checks.ts";
import { DataError, OptionError, SaddlepointError } from "../../errors/errors.ts";
import type { Shape } from "../../graph/shape.ts";
import type { Layer } from "../layer.ts";
import { isLayer } from "../made.ts";
import { type Network, network } from "./network.ts";

/** A network as data, to be written as JSON. Its parameters are not in it. */
export interface Architecture {
  readonly inputShape: Shape;
  readonly layers: readonly LayerData[];
}

/** The function of `nn` that makes a layer, and what that is given: layers in it are data again, and makers `{ maker: name }`. */
export interface LayerData {
  readonly layer: string;
  readonly given: readonly unknown[];
}

/** Functions from what is given to a layer, by name. */
export type LayerMakers = Readonly<Record<string, (...given: never[]) => Layer>>;

/** Files are no deeper: what is has not been written by anybody. */
const mostDepth = 64;

/**
 * How a network is made, as data. Initialisers of your own are left out: they make first values, and a file has the last ones.
 *
 * @param makers what makes layers; `layers` of `nn` are all of the library's.
 * @throws OptionError for a layer that none of them makes, or that is given a function of your own.
 */
export function architectureOf({ inputShape, layers }: Network, makers: LayerMakers): Architecture {
  return { inputShape: [...inputShape], layers: layers.map((layer, i) => dataOf(layer, makers, `layer ${i}`)) };
}

function dataOf({ kind, made }: Layer, makers: LayerMakers, where: string): LayerData {
  const path = `${where}, ${kind}`;
  if (!made) throw ownPart(`${path}: it is a layer of your own`);
  return { layer: made.by, given: trimmed(made.given).map((part) => plain(part, makers, path)) };
}

const ownPart = (what: string): OptionError =>
  new OptionError(
    `${what}, which can't be written as data; keep the parameters alone, and give the same network when you load them.`,
  );

/** Without what was left out at the end. */
const trimmed = (given: readonly unknown[]): readonly unknown[] =>
  given.slice(0, given.findLastIndex((part) => part !== undefined) + 1);

function plain(value: unknown, makers: LayerMakers, where: string): unknown {
  if (Array.isArray(value)) return value.map((part) => plain(part, makers, where));
  if (typeof value === "function") {
    const maker = Object.keys(makers).find((name) => makers[name] === value);
    if (maker === undefined) throw ownPart(`${where}: it is given a function of your own`);
    return { maker };
  }
  if (typeof value !== "object" || value === null) return value ?? null;
  if (isLayer(value)) return dataOf(value, makers, where);
  const kept = Object.entries(value).filter(([key, part]) => !(key === "initializer" && typeof part === "function"));
  return Object.fromEntries(kept.map(([key, part]) => [key, plain(part, makers, where)]));
}

/**
 * The network that an architecture tells of.
 *
 * @param makers what makes layers; `layers` of `nn` are all of the library's.
 * @throws DataError for what is no architecture, or has a layer that `makers` lacks; whatever a layer says of what it is given.
 */
export function networkOf(architecture: unknown, makers: LayerMakers): Network {
  if (!isRecord(architecture)) throw refusal(`got ${describe(architecture)}`);
  const { inputShape, layers } = architecture;
  if (!isShape(inputShape)) throw refusal(`its inputShape is ${describe(inputShape)}`);
  if (!Array.isArray(layers)) throw refusal(`its layers are ${describe(layers)}`);
  return network(
    inputShape,
    layers.map((layer) => layerOf(layer, makers, 0)),
  );
}

function layerOf(data: unknown, makers: LayerMakers, depth: number): Layer {
  if (!isRecord(data) || typeof data["layer"] !== "string" || !Array.isArray(data["given"])) {
    throw refusal(`${describe(data)} is no layer`);
  }
  const { layer, given } = data;
  const make = makerOf(layer, makers);
  const revived = given.map((part) => revive(part, makers, depth));
  try {
    return make(...(revived as never[]));
  } catch (error) {
    // Each layer says what it has against its options; anything else was no option at all.
    if (error instanceof SaddlepointError) throw error;
    throw refusal(`its ${layer} is given what it can't take`);
  }
}

function makerOf(name: string, makers: LayerMakers): LayerMakers[string] {
  const maker = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (maker) return maker;
  throw refusal(`it has a layer ${JSON.stringify(name.slice(0, 60))}, which is not among those that were given`);
}

/** Layers in the place of their data, and nothing where nothing was given. */
function revive(value: unknown, makers: LayerMakers, depth: number): unknown {
  if (depth > mostDepth) throw refusal(`it is more than ${mostDepth} levels deep`);
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map((part) => revive(part, makers, depth + 1));
  if (!isRecord(value)) return value;
  if (typeof value["layer"] === "string") return layerOf(value, makers, depth + 1);
  if (typeof value["maker"] === "string") return makerOf(value["maker"], makers);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, revive(part, makers, depth + 1)]));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isShape = (value: unknown): value is Shape =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size > 0);

const refusal = (what: string): DataError => new DataError(`architecture: ${what}; give one that architectureOf made.`);
