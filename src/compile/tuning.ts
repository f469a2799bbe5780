import type { ByteCache } from "../cache/byte_cache.ts";
import { type Extra, partOf } from "../gpu/extra.ts";
import type { CompiledGraph, CompileOptions } from "./compile_graph.ts";
import type { DeviceTraits } from "./device_traits.ts";
import { choosing, type FormChoices } from "./form_choices.ts";
import type { ChooseForm } from "./gemm_forms.ts";
import type { PlanContext } from "./plan.ts";

/**
 * How long a tuner may look: `quick` times the four likeliest forms of products that matter, `full` up to eight forms of
 * all products, longer. `off` takes the best guess.
 */
export const tuneModes = { off: true, quick: true, full: true };
export type TuneMode = keyof typeof tuneModes;

/** What chooses the forms of an engine's products. */
export interface FormTuner {
  /** All choices so far; give them to another engine to have the same kernels there. */
  readonly choices: FormChoices;
  readonly chooseForm: ChooseForm;
  /** Times whatever products of a compiled graph have no choice yet. Resolves to whether there are new choices. */
  tune(graph: CompiledGraph): Promise<boolean>;
}

export interface TuningOptions {
  readonly context: PlanContext;
  readonly compile: Omit<CompileOptions, "chooseForm" | "fuse" | "target"> & { readonly target: DeviceTraits };
  /** What choices are kept for. */
  readonly adapterName: string;
  readonly cache?: ByteCache | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
  readonly formChoices?: FormChoices | undefined;
}

export const extraTuning: Extra<(mode: Exclude<TuneMode, "off">, options: TuningOptions) => FormTuner> = {
  entry: "tuning",
};

/**
 * Makes the tuner of an engine, whose device is there later.
 *
 * @throws SaddlepointError on a page without tuning.
 */
export function tunerOf(mode: TuneMode): (options: TuningOptions) => FormTuner {
  if (mode === "off") return ({ formChoices }) => untimed(formChoices);
  const make = partOf(extraTuning, `Engine.create with tune "${mode}"`);
  return (options) => make(mode, options);
}

/** Times nothing: takes the choices given, and guesses the others. */
function untimed(given: FormChoices = {}): FormTuner {
  const choices = { ...given };
  return {
    get choices() {
      return { ...choices };
    },
    chooseForm: choosing(choices),
    tune: () => Promise.resolve(false),
  };
}
