/** Changes of a run in the names of a live page's controls. */
import type { Surface } from "../../shared/remedies.ts";

/** The labels of the controls in the pages. */
export const controlLabels = {
  loss: "Loss",
  penalty: "Penalty",
  trick: "Trick",
  generatorLearningRate: "Generator's learning rate",
  discriminatorLearningRate: "Discriminator's learning rate",
  discriminatorSteps: "Discriminator steps a generator step",
  batchSize: "Batch size",
} as const;

/** What a page lets choose. */
export interface PageChoices {
  readonly loss: readonly string[];
  readonly penalty: readonly string[];
  readonly trick: readonly string[];
  readonly discriminatorSteps: readonly number[];
  /** Absent where the page has no such control. */
  readonly batchSize?: readonly number[];
}

/** What is set now, as far as its neighbours in a list matter. */
export interface PageNumbers {
  readonly discriminatorSteps: number;
  readonly batchSize?: number;
}

const isControl = (name: string): name is keyof typeof controlLabels => Object.hasOwn(controlLabels, name);

/** @param ownData whether the data are the user's, who can change them */
export function pageSurface(choices: PageChoices, now: PageNumbers, ownData: boolean): Surface {
  return (change) => {
    if (change.kind === "advice") return change.about === "data" && ownData ? change.text : undefined;
    // The pages have no control for it.
    if (change.kind === "momentum" || change.kind === "optimizer" || change.kind === "play") return undefined;
    if (change.kind === "scale") {
      const { name, factor } = change;
      if (!isControl(name)) return undefined;
      const isLower = factor < 1;
      if (name === "discriminatorSteps" || name === "batchSize") {
        const value = now[name] ?? Number.NaN;
        if (!choices[name]?.some((choice) => (isLower ? choice < value : choice > value))) return undefined;
      }
      return `${isLower ? "lower" : "raise"} “${controlLabels[name]}”`;
    }
    const { kind, name, options = {} } = change;
    // Of options, the pages offer a penalty's weight.
    const others = Object.keys(options).filter((option) => kind !== "penalty" || option !== "weight");
    if (!choices[kind].includes(name) || others.length > 0) return undefined;
    const weight = options["weight"] === undefined ? "" : ` with weight ${options["weight"]}`;
    return `set “${controlLabels[kind]}” to ${name}${weight}`;
  };
}
