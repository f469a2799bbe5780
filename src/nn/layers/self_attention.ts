import { at } from "../../errors/at.ts";
import { made } from "../made.ts";
import "../../extras/images.ts";
import { assertKeys, callback, count } from "../../errors/checks.ts";
import type { Shape } from "../../graph/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { imageShape } from "../checks.ts";
import { zeros } from "../initializers.ts";
import { applyPart, parameterOf, partsOf } from "../inner_layers.ts";
import type { InnerLayer, Layer } from "../layer.ts";
import { conv2d } from "./conv2d.ts";

export interface SelfAttentionOptions {
  /** Channels in which pixels are compared. Default C / 8. */
  readonly reducedChannels?: number;
  /** Channels in which values are averaged. Default C / 2. */
  readonly valueChannels?: number;
  /** Largest keys and values of windows this wide stand for all in it, which saves as much work. Default 1; BigGAN has 2. */
  readonly pool?: number;
  /** Makes each of the four 1 x 1 convolutions, to wrap them in `spectralNorm`, say. */
  readonly projection?: (channels: number) => Layer;
}

const pointwise = (channels: number): Layer => conv2d(channels, { kernel: 1, bias: false });

/**
 * Self-attention of SAGAN (Zhang et al. 2019): every pixel adds an average of values over all pixels, weighted by how well
 * their keys match its query.
 *
 *   y = x + gamma output(softmax(query(x) key(x)^T) value(x))
 *
 * The four are convolutions of 1 x 1, and gamma, a learned scalar, starts at 0. Its memory grows with the square of the
 * pixels.
 */
export function selfAttention(options: SelfAttentionOptions = {}): Layer {
  const kind = "selfAttention";
  assertKeys<SelfAttentionOptions>(kind, options, {
    reducedChannels: count,
    valueChannels: count,
    pool: count,
    projection: callback,
  });
  const { pool = 1, projection = pointwise } = options;
  const projections = (input: Shape) => {
    const [, , channels] = imageShape(kind, input);
    const reduced = options.reducedChannels ?? Math.max(1, Math.floor(channels / 8));
    const values = options.valueChannels ?? Math.max(1, Math.floor(channels / 2));
    return {
      query: projection(reduced),
      key: projection(reduced),
      value: projection(values),
      output: projection(channels),
    };
  };
  const inner = (input: Shape): InnerLayer[] => {
    const layers = projections(input);
    const averaged = layers.value.outputShape(input);
    return Object.entries(layers).map(([name, layer]) => ({
      name,
      layer,
      input: name === "output" ? averaged : input,
    }));
  };
  const parts = partsOf(inner);
  return made(
    {
      kind,
      ...parts,
      mapInner: (change) => selfAttention({ ...options, projection: (channels) => change(projection(channels)) }),
      outputShape: (input) => {
        inner(input);
        return input;
      },
      parameters: (input) => ({
        ...parts.parameters(input),
        gamma: { shape: [], fans: { fanIn: 1, fanOut: 1 }, initializer: zeros },
      }),
      apply: (parameters, x, context) => {
        const layers = projections(x.shape.slice(1));
        const project = (name: keyof typeof layers, image: Tensor) =>
          applyPart(name, layers[name], parameters, image, context);
        const pooled = (image: Tensor) => (pool === 1 ? image : image.maxPool(pool));
        const query = asRows(project("query", x));
        const key = asRows(pooled(project("key", x)));
        const value = asRows(pooled(project("value", x)));
        const attention = query.matmul(key, { transposeB: true }).softmax(-1);
        const average = attention.matmul(value).reshape([...x.shape.slice(0, 3), -1]);
        const gamma = parameterOf(parameters, "gamma");
        return x.add(project("output", average).mul(gamma)).site(`${context.scope}/${kind}`);
      },
    },
    "selfAttention",
    options,
  );
}

/** [batch, pixels, channels]. */
const asRows = (image: Tensor): Tensor => image.reshape([at(image.shape, 0), -1, at(image.shape, 3)]);
