import { assertKeys } from "../../errors/checks.ts";
import { ShapeError } from "../../errors/errors.ts";
import { formatShape } from "../../graph/shape.ts";
import { assertCount } from "../checks.ts";
import { defineLayer } from "../define_layer.ts";
import { type Initializer, type InitializerName, normal, resolveInitializer } from "../initializers.ts";
import type { Layer } from "../layer.ts";
import { made } from "../made.ts";

export interface EmbeddingOptions {
  /** Standard normal by default. */
  readonly initializer?: Initializer | InitializerName;
}

/**
 * A learned vector for each of `count` classes: u32 labels [batch] to [batch, dimensions]. A sample is one number, so a
 * network that begins with it has the input shape []. A label beyond the last counts as the last.
 */
export function embedding(count: number, dimensions: number, options: EmbeddingOptions = {}): Layer {
  assertKeys<EmbeddingOptions>("embedding", options, { initializer: true });
  const initializer = resolveInitializer(options.initializer ?? normal(1));
  assertCount("embedding", count, "classes");
  assertCount("embedding", dimensions, "dimensions");
  return made(
    defineLayer({
      kind: "embedding",
      outputShape: (input) => {
        if (input.length === 0) return [dimensions];
        throw new ShapeError(
          `embedding: it takes one label a sample, of shape [], and is given ${formatShape(input)}; let the network begin ` +
            "with it: network([], [embedding(...), ...]).",
        );
      },
      parameters: () => ({
        weight: {
          shape: [count, dimensions],
          fans: { fanIn: 1, fanOut: dimensions },
          initializer,
          outputAxis: 1,
        },
      }),
      apply: ({ weight }, labels, { scope }) => {
        if (labels.dtype !== "u32") {
          throw new ShapeError(`${scope}/embedding: the labels are ${labels.dtype}; they must be u32: cast them.`);
        }
        return weight.gather(labels).site(`${scope}/embedding`);
      },
    }),
    "embedding",
    count,
    dimensions,
    options,
  );
}
