import { unknownName } from "../../gpu/checks.ts";
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

/** @throws OptionError for an unknown name, or options that the model can't take. */
export function createModel(name: ModelName, options: ModelOptions): Model {
  if (!Object.hasOwn(models, name)) {
    throw unknownName("createModel", "model", name, models);
  }
  return models[name](options);
}
