import {
  assertKeys,
  assertKind,
  callback,
  describe,
  list,
  needed,
  object,
  shape as shapeKind,
  text,
  unknownName,
} from "../errors/checks.ts";
import { OptionError, ShapeError } from "../errors/errors.ts";
import { type DType, formatShape, type Shape, sameShape } from "../graph/shape.ts";
import type { Random } from "../tensor/random.ts";
import { isTensor, type Tensor } from "../tensor/tensor.ts";
import { type ClassOptions, checkedClasses, classKeys } from "./labels.ts";
import { checkedModes } from "./modes.ts";
import { assertWhole } from "./options.ts";
import type { DataSource, ModeSet, SampleBatch, ShapesOf, TensorSource, Tensors } from "./source.ts";

export interface SamplerOptions {
  readonly name?: string;
  /** Shape of one sample. */
  readonly sampleShape: Shape;
  /** Draws f32 [size, ...sampleShape] with tensor operations alone; called while a plan is built, not while it runs. */
  readonly sample: (random: Random, size: number) => Tensor;
  readonly modes?: ModeSet;
}

export interface TensorSamplerOptions<Batch extends Tensors> extends ClassOptions {
  readonly name?: string;
  /** Shape of one sample of each tensor, by its name. */
  readonly shapes: ShapesOf<Batch>;
  /**
   * Draws the tensors of a minibatch, each [size, ...its shape], with tensor operations alone; called while a plan is built,
   * not while it runs. `samples` are f32 and `labels` u32, others of any type.
   */
  readonly batch: (random: Random, size: number) => Batch;
  /** Of the `samples`. */
  readonly modes?: ModeSet;
}

/**
 * Any distribution that tensor operations can draw: of samples, or of several tensors that belong together, such as
 * `sampler({ shapes: { samples: [2], labels: [] }, batch })`.
 *
 * @throws OptionError for a bad shape, what is no function, or classes without labels; `batch` throws ShapeError if what it
 * returns has another shape or type.
 */
export function sampler(options: SamplerOptions): DataSource;
export function sampler<Batch extends SampleBatch>(options: TensorSamplerOptions<Batch>): DataSource<Batch>;
export function sampler<Batch extends Tensors>(options: TensorSamplerOptions<Batch>): TensorSource<Batch>;
export function sampler(options: SamplerOptions | TensorSamplerOptions<Tensors>): TensorSource | DataSource {
  if (isOfTensors(options)) return ofTensors(options);
  assertKeys<SamplerOptions>("sampler", options, {
    name: text,
    sampleShape: needed(list),
    sample: true,
    modes: true,
  });
  const { name = "sampler", sample, modes } = options;
  if (typeof sample !== "function") {
    throw new OptionError(`${name}: sample is ${describe(sample)}; give a function (random, size) => Tensor.`);
  }
  const sampleShape = Object.freeze([...options.sampleShape]);
  sampleShape.forEach((size, axis) => {
    assertWhole(name, `axis ${axis} of sampleShape`, size);
  });
  return {
    name,
    sampleShape,
    shapes: { samples: sampleShape },
    ...(modes !== undefined && { modes: checkedModes(name, modes) }),
    prepare: () => ({
      batch: (random, size) => {
        assertWhole(name, "the batch size", size);
        const samples: unknown = sample(random, size);
        const place = `sample(random, ${size}) gave`;
        return { samples: checkedTensor(name, place, samples, [size, ...sampleShape], "f32") };
      },
      dispose: () => undefined,
    }),
  };
}

const isOfTensors = (
  options: SamplerOptions | TensorSamplerOptions<Tensors>,
): options is TensorSamplerOptions<Tensors> => object.is(options) && ("shapes" in options || "batch" in options);

function ofTensors(
  options: TensorSamplerOptions<Tensors>,
): TensorSource & Partial<Pick<DataSource, "sampleShape" | "modes">> {
  assertKeys<TensorSamplerOptions<Tensors>>("sampler", options, {
    name: text,
    shapes: needed(object),
    batch: needed(callback),
    modes: true,
    ...classKeys,
  });
  const { name = "sampler", batch, modes, classes, classNames } = options;
  const shapes = checkedShapes(name, options.shapes);
  if (shapes["labels"] === undefined && (classes !== undefined || classNames !== undefined)) {
    throw new OptionError(`${name}: there are classes, but no labels; name \`labels\` in \`shapes\`, and draw them.`);
  }
  return {
    name,
    shapes,
    ...(shapes["samples"] && { sampleShape: shapes["samples"] }),
    ...(modes !== undefined && { modes: checkedModes(name, modes) }),
    ...checkedClasses(name, options),
    prepare: () => ({
      batch: (random, size) => {
        assertWhole(name, "the batch size", size);
        return checkedBatch(name, size, batch(random, size), shapes);
      },
      dispose: () => undefined,
    }),
  };
}

function checkedShapes(name: string, shapes: ShapesOf<Tensors>): ShapesOf<Tensors> {
  const own = Object.entries(shapes).map(([key, shape]) => {
    assertKind(name, `shapes.${key}`, shape, shapeKind);
    return [key, Object.freeze([...shape])] as const;
  });
  if (own.length > 0) return Object.fromEntries(own);
  throw new OptionError(
    `${name}: shapes is empty; name the tensors of a minibatch, such as { samples: [2], labels: [] }.`,
  );
}

/** What tensors of these names are for everyone; others may be of any type. */
const dtypes: Readonly<Record<string, DType>> = { samples: "f32", labels: "u32" };

function checkedBatch(name: string, size: number, drawn: unknown, shapes: ShapesOf<Tensors>): Tensors {
  const call = `batch(random, ${size})`;
  if (!object.is(drawn) || isTensor(drawn)) {
    const wanted = Object.keys(shapes).join(", ");
    throw new ShapeError(`${name}: ${call} gave ${describe(drawn)} instead of an object of tensors, { ${wanted} }.`);
  }
  const unknown = Object.keys(drawn).find((key) => !Object.hasOwn(shapes, key));
  if (unknown !== undefined) throw unknownName(`${name}, ${call}`, "shape of", unknown, shapes);
  return Object.fromEntries(
    Object.entries(shapes).map(([key, shape]) => {
      const place = `${call} gave for ${key}`;
      return [key, checkedTensor(name, place, drawn[key], [size, ...shape], dtypes[key])] as const;
    }),
  );
}

function checkedTensor(name: string, place: string, given: unknown, shape: Shape, dtype?: DType): Tensor {
  if (isTensor(given) && sameShape(given.shape, shape) && (dtype === undefined || given.dtype === dtype)) return given;
  const found = isTensor(given) ? `${given.dtype}${formatShape(given.shape)}` : describe(given);
  throw new ShapeError(`${name}: ${place} ${found} instead of ${dtype ?? "a tensor "}${formatShape(shape)}.`);
}
