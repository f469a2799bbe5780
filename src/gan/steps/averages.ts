import { type Extra, partOf } from "../../errors/extra.ts";
import type { AverageConfig, ParameterAverage, resolveAverage } from "../game/parameter_average.ts";

/** What keeps means of parameters. */
export interface Averages {
  readonly resolveAverage: typeof resolveAverage;
  readonly ParameterAverage: typeof ParameterAverage;
}

export const extraAverages: Extra<Averages> = { entry: "averages" };

/** Options of an average, checked. @throws OptionError for numbers out of range; SaddlepointError on a page without averages. */
export function checkedAverage(
  where: string,
  name: string,
  given: AverageConfig | undefined,
): Required<AverageConfig> | undefined {
  return given === undefined
    ? undefined
    : partOf(extraAverages, `${where}, ${name}`).resolveAverage(where, name, given);
}
