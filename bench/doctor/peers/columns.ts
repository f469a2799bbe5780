import type { Recording } from "../record/recording.ts";
import type { Named } from "../score/doctors.ts";

/** The columns of a recording whose name fits, by what the first group of the pattern takes. */
export function readers({ columns }: Recording, pattern: RegExp) {
  return columns.flatMap(({ name, offset }) => {
    const found = pattern.exec(name);
    return found ? [{ name: found[1] ?? name, read: (values: Float32Array) => values[offset] ?? Number.NaN }] : [];
  });
}

/** Named from the first row in which a rule fires on, until the end: such rules know no end. */
export function firings(
  { rows, steps }: Recording,
  rules: Readonly<Record<string, (values: Float32Array, i: number) => boolean>>,
): Named[] {
  return Object.entries(rules).flatMap(([ailment, fires]) => {
    const at = rows.findIndex(({ values }, i) => fires(values, i));
    const step = rows[at]?.step;
    return step === undefined
      ? []
      : [{ ailment, severity: "warning" as const, atStep: step + 1, sinceStep: step, untilStep: steps }];
  });
}
