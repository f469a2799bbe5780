import type { Engine } from "../../engine/engine.ts";
import { layers } from "../../nn/layers/all.ts";
import { type Generator, type LoadOptions, loadGeneratorWith } from "./load_generator.ts";

/**
 * The generator of a file of `trainer.saveGenerator()`: it draws the samples that the trainer would, in a page that has nothing
 * else.
 *
 *   const generator = await loadGenerator(engine, await (await fetch("ring.safetensors")).arrayBuffer());
 *   const { values } = await generator.sample(100);
 *
 * @throws DataError for what is no such file, or damaged; OptionError for a network with layers of your own that is not given.
 */
export const loadGenerator = (
  engine: Engine,
  file: ArrayBuffer | Uint8Array,
  options: LoadOptions = {},
): Promise<Generator> => loadGeneratorWith(layers, engine, file, options);
