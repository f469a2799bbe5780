import { named } from "../../errors/at.ts";
import { assertKeys, describe, type Kind, needed, object, text } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { sizeOf } from "../../graph/shape.ts";
import { networkKind } from "../../nn/checks.ts";
import { joinPath, type Layer } from "../../nn/layer.ts";
import { sequential } from "../../nn/layers/sequential.ts";
import { checkedWeights, type Numbers, type Weights } from "../weights/weights.ts";
import { encodeModel } from "./file/write.ts";
import { rules } from "./layers/all.ts";
import { fromOutside } from "./layers/combining.ts";
import { createGraph, permuted, type Value } from "./layers/graph.ts";
import { floats, graphShape, node, type Rules, type Site } from "./layers/site.ts";

export interface OnnxOptions extends Weights {
  /** What the file calls the network. Default "generator". */
  readonly name?: string;
  /** How images lie where they come in and go out: as in this library, or with the channels first. Default "NHWC". */
  readonly layout?: "NHWC" | "NCHW";
  /**
   * From what the network makes to the data's own units: a number of a sample is the network's times `factor` plus `offset`. Each has
   * as many numbers as a sample, in the library's order. Default: samples as the network makes them.
   */
  readonly scale?: { readonly factor: Float32Array; readonly offset: Float32Array };
}

/** What all layers of a network share while they are written. */
interface Writer extends Pick<Site, "graph" | "channelsFirst"> {
  readonly parameters: Numbers;
  readonly buffers: Numbers;
}

const layout: Kind = { says: '"NHWC" or "NCHW"', is: (value) => value === "NHWC" || value === "NCHW" };

/**
 * A network in evaluation mode as an ONNX file (opset 17), for whatever runs those. Its inputs are `latent` f32
 * [N, ...inputShape] and the side inputs by their names, of which labels are int64 [N]; its output is `samples` f32
 * [N, ...outputShape]. N is open.
 *
 * @throws OptionError for a layer or an activation of your own, which ONNX doesn't know, and for numbers of another network.
 */
export function exportOnnx(options: OnnxOptions): Uint8Array<ArrayBuffer> {
  assertKeys<OnnxOptions>("exportOnnx", options, {
    network: needed(networkKind),
    parameters: true,
    buffers: object,
    name: text,
    layout,
    scale: object,
  });
  const { network, name = "generator" } = options;
  const writer: Writer = {
    graph: createGraph(),
    channelsFirst: options.layout === "NCHW",
    ...checkedWeights("exportOnnx", options),
  };
  const layer = sequential(network.layers);
  const site = siteOf(writer, layer, "");
  const made = write(writer, layer, "", fromOutside(site, "latent", network.inputShape));
  return encodeModel(finished(site, options.scale ? scaled(site, made, options.scale) : made, name));
}

/** Samples in the data's own units. */
function scaled(site: Site, y: Value, scale: NonNullable<OnnxOptions["scale"]>): Value {
  const constant = (part: "factor" | "offset"): string => {
    const values: unknown = scale[part];
    if (!(values instanceof Float32Array) || values.length !== sizeOf(y.shape)) {
      throw new OptionError(
        `exportOnnx: the ${part} of the scale is ${describe(values)}; give a Float32Array of ${sizeOf(y.shape)}, one for each number of ` +
          "a sample.",
      );
    }
    const inside = y.shape.length === 3 ? permuted(values, y.shape, [2, 0, 1]) : values;
    return floats(site, part, inside, graphShape(y.shape));
  };
  return node(site, "Add", [node(site, "Mul", [y, constant("factor")]), constant("offset")]);
}

/** The graph with its output, images turned as the layout says. */
function finished(site: Site, y: Value, name: string) {
  const isTurned = y.shape.length === 3 && !site.channelsFirst;
  const { name: from } = isTurned ? node(site, "Transpose", [y], { perm: [0, 2, 3, 1] }) : y;
  return site.graph.finish(name, from, isTurned ? y.shape : graphShape(y.shape));
}

/** Adds the nodes of a layer at a path. */
function write(writer: Writer, layer: Layer, path: string, x: Value): Value {
  const { made, kind } = layer;
  if (!made || !isRule(made.by)) {
    throw new OptionError(
      `exportOnnx: layer ${path} (${kind}) is a layer of your own, which ONNX doesn't know; put the library's in its place.`,
    );
  }
  // What a layer says it was given is what the function of that name was.
  const rule = rules[made.by] as (site: Site, x: Value, ...given: readonly unknown[]) => Value;
  return rule(siteOf(writer, layer, path), x, ...made.given);
}

const isRule = (name: string): name is keyof Rules => Object.hasOwn(rules, name);

function siteOf(writer: Writer, layer: Layer, path: string): Site {
  const { graph, channelsFirst, parameters, buffers } = writer;
  return {
    layer,
    path,
    graph,
    channelsFirst,
    parameter: (name) => named(parameters, joinPath(path, name)),
    buffer: (name) => named(buffers, joinPath(path, name)),
    inner: (part, x) => write(writer, part.layer, joinPath(path, part.name), x),
    instead: (other, changed, x) => {
      const moved = Object.entries(changed).map(([name, values]) => [joinPath(path, name), values] as const);
      return write({ ...writer, parameters: { ...parameters, ...Object.fromEntries(moved) } }, other, path, x);
    },
  };
}
