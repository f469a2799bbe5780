import "../../../extras/images.ts";
import "../../../extras/operations.ts";
import { at } from "../../../errors/at.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { refusal } from "../file/read.ts";
import {
  type Call,
  channelsFirst,
  channelsLast,
  constants,
  expectAttributes,
  number,
  optional,
  pads,
  pair,
  perChannel,
  pixels,
  tensor,
} from "./operand.ts";

/** What works on images [N, C, H, W], by the library's operations on [N, H, W, C], and what normalises. */
export const images: Readonly<Record<string, (call: Call) => Tensor>> = {
  Conv: (call) => {
    if (tensor(call).shape.length === 3) return lines(call);
    const y = channelsLast(tensor(call)).conv2d(channelsLast(tensor(call, 1)), geometryOf(call));
    return biased(call, y);
  },
  ConvTranspose: (call) => {
    const outputPadding = pair(call, "output_padding", [0, 0]);
    expectAttributes(call, { output_shape: [undefined] });
    const filters = channelsLast(tensor(call, 1));
    return biased(call, channelsLast(tensor(call)).convTranspose2d(filters, { ...geometryOf(call), outputPadding }));
  },
  AveragePool: (call) => {
    if (pads(call).some((pixels) => pixels !== 0)) expectAttributes(call, { count_include_pad: [1] });
    const { size, options } = windowsOf(call);
    return channelsFirst(channelsLast(tensor(call)).averagePool(size, options));
  },
  MaxPool: (call) => {
    const { size, options } = windowsOf(call);
    expectAttributes(call, { dilations: [undefined], storage_order: [undefined, 0] });
    return channelsFirst(channelsLast(tensor(call)).maxPool(size, options));
  },
  Resize: (call) => {
    const x = channelsLast(tensor(call));
    const factors = scalesOf(call);
    if (call.attributes["mode"] === "linear") {
      expectAttributes(call, { coordinate_transformation_mode: ["half_pixel"] });
      const size = (axis: 0 | 1) => Math.floor(Math.fround(factors[axis] * at(x.shape, axis + 1)));
      return channelsFirst(x.resizeBilinear([size(0), size(1)]));
    }
    const nearest = { mode: ["nearest"], coordinate_transformation_mode: ["asymmetric"], nearest_mode: ["floor"] };
    expectAttributes(call, nearest);
    return channelsFirst(x.upsampleNearest(factors));
  },
  DepthToSpace: (call) => {
    expectAttributes(call, { mode: [undefined, "DCR"] });
    return channelsFirst(channelsLast(tensor(call)).depthToSpace(number(call, "blocksize", 0)));
  },
  SpaceToDepth: (call) => channelsFirst(channelsLast(tensor(call)).spaceToDepth(number(call, "blocksize", 0))),
  BatchNormalization: (call) => {
    expectAttributes(call, { training_mode: [undefined, 0] });
    const x = tensor(call);
    const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) => perChannel(tensor(call, i), x));
    if (!scale || !bias || !mean || !variance) throw refusal("the operator BatchNormalization lacks an input");
    const factor = variance
      .add(number(call, "epsilon", 1e-5))
      .rsqrt()
      .mul(scale);
    return x.sub(mean).mul(factor).add(bias);
  },
  InstanceNormalization: (call) => {
    const x = tensor(call);
    const axes = x.shape.slice(2).map((_, i) => i + 2);
    const distance = x.sub(x.mean(axes, { keepDims: true }));
    const variance = distance.square().mean(axes, { keepDims: true });
    const y = distance.mul(variance.add(number(call, "epsilon", 1e-5)).rsqrt());
    return y.mul(perChannel(tensor(call, 1), x)).add(perChannel(tensor(call, 2), x));
  },
};

function geometryOf(call: Call) {
  expectAttributes(call, { auto_pad: [undefined, "NOTSET"] });
  return {
    stride: pair(call, "strides"),
    padding: pads(call),
    dilation: pair(call, "dilations"),
    groups: number(call, "group", 1),
  };
}

/** A convolution of lines [N, C, L]. */
function lines(call: Call): Tensor {
  expectAttributes(call, { auto_pad: [undefined, "NOTSET"] });
  const one = (name: string) => at(pixels(call, name, [1], 1), 0);
  const sides = pixels(call, "pads", [0, 0], 2);
  const bias = optional(call, 2);
  const y = tensor(call)
    .permute([0, 2, 1])
    .conv1d(tensor(call, 1).permute([0, 2, 1]), {
      stride: one("strides"),
      dilation: one("dilations"),
      padding: [at(sides, 0), at(sides, 1)],
      groups: number(call, "group", 1),
    });
  return (bias ? y.add(bias) : y).permute([0, 2, 1]);
}

/** With the bias of each channel, if there is one, and the channels first again. */
function biased(call: Call, images: Tensor): Tensor {
  const bias = optional(call, 2);
  return channelsFirst(bias ? images.add(bias) : images);
}

function windowsOf(call: Call) {
  expectAttributes(call, { auto_pad: [undefined, "NOTSET"], ceil_mode: [undefined, 0] });
  return { size: pair(call, "kernel_shape", []), options: { stride: pair(call, "strides"), padding: pads(call) } };
}

/** How many times higher and wider. */
function scalesOf(call: Call): readonly [number, number] {
  const scales = constants(call, 2);
  if (scales.length !== 4 || scales[0] !== 1 || scales[1] !== 1) {
    throw refusal("the operator Resize must have four constant scales, of which those of samples and channels are 1");
  }
  return [at(scales, 2), at(scales, 3)];
}
