import type { ByteCache } from "../../cache/byte_cache.ts";
import { type Extra, partOf } from "../../errors/extra.ts";
import type { DeviceTraits } from "../device_traits.ts";
import type { FormChoices } from "../gemm/form_choices.ts";
import { type ChooseForm, firstForm } from "../gemm/gemm_forms.ts";
import type { CompiledGraph, CompileOptions } from "./compile_graph.ts";
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

/** Makes the tuner of an engine, whose device is there later. */
type MakeTuner = (options: TuningOptions) => FormTuner;

/** For choices to begin with. @throws OptionError at a form that doesn't exist. */
export const extraTuning: Extra<(mode: TuneMode, given: FormChoices) => MakeTuner> = { entry: "tuning" };

/** @throws SaddlepointError on a page without tuning; OptionError at a form that doesn't exist. */
export function tunerOf(mode: TuneMode, given: FormChoices | undefined): MakeTuner {
  if (mode === "off" && !given) return () => guessing;
  return partOf(extraTuning, `Engine.create with ${given ? "formChoices" : `tune "${mode}"`}`)(mode, given ?? {});
}

/** Times nothing, and takes the best guess. */
const guessing: FormTuner = {
  get choices() {
    return {};
  },
  chooseForm: firstForm,
  tune: () => Promise.resolve(false),
};
