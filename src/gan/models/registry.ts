import { entryOf } from "../../choices/registry.ts";
import { assertKind } from "../../errors/checks.ts";
import { networkKind } from "../../nn/checks.ts";
import { dcgan } from "./dcgan.ts";
import { imageMlp } from "./image_mlp.ts";
import type { Model, ModelOptions } from "./model.ts";
import { resnet } from "./resnet.ts";

/** Image models by name. */
export const models = {
  mlp: imageMlp,
  dcgan,
  resnet,
} as const satisfies Record<string, (options: ModelOptions) => Model>;

export type ModelName = keyof typeof models;

/**
 * @param model a name, or a function of your own from options to two networks and their training.
 * @throws OptionError for an unknown name, or options that the model can't take.
 */
export function createModel<Options extends ModelOptions, Made extends Model>(
  model: ModelName | ((options: Options) => Made),
  options: Options,
): Model {
  const create = typeof model === "function" ? model : entryOf("createModel", "model", model, models);
  const made = create(options);
  assertKind("createModel", "the model's generator", made?.generator, networkKind);
  assertKind("createModel", "the model's discriminator", made?.discriminator, networkKind);
  return made;
}
