/** `saddlepoint/generator`: a trained generator by itself, in a page that has nothing else. */
export type { GeneratorCard } from "../gan/generator/generator_file.ts";
export { type GeneratorFileOptions, generatorFile } from "../gan/generator/generator_of_weights.ts";
export type { Generator, LoadOptions } from "../gan/generator/load_generator.ts";
export { loadGenerator } from "../gan/generator/loader.ts";
export type { DrawOptions, LabelOptions, Sampler } from "../gan/generator/sampler.ts";
