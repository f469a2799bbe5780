import { probes } from "saddlepoint";
import type { Recording } from "../record/recording.ts";

/** What a doctor says of a run. */
export interface Named {
  readonly ailment: string;
  readonly severity: probes.Severity;
  /** The first step after which it was said. */
  readonly atStep: number;
  /** The steps in which it was seen. */
  readonly sinceStep: number;
  readonly untilStep: number;
}

/** Who looks at what was recorded of a run, and names what is wrong. */
export interface Doctor {
  readonly name: string;
  /** Ailments that it can name. */
  readonly knows: readonly string[];
  readonly look: (recording: Recording) => readonly Named[];
}

/** Rows between two looks at the findings. */
const stride = 10;

/** The library's rules over recorded rows, told the same facts that the trainer told them. */
export const saddlepoint: Doctor = {
  name: "Saddlepoint",
  knows: probes.defaultRules.filter(({ severity }) => severity !== "info").map(({ name }) => name),
  look({ columns, rows, facts }) {
    const examiner = new probes.Examiner(probes.defaultRules);
    const named = new Map<string, { atStep: number; severity: probes.Severity }>();
    for (let i = 0; i < rows.length; i += stride) {
      const some = rows.slice(i, i + stride);
      examiner.see({ columns, rows: some }, facts);
      const step = (some.at(-1)?.step ?? 0) + 1;
      for (const { ailment, severity } of examiner.findings()) {
        const known = named.get(ailment);
        if (!known) named.set(ailment, { atStep: step, severity });
        else if (severity === "serious") known.severity = severity;
      }
    }
    const end = (rows.at(-1)?.step ?? 0) + 1;
    const episodes = examiner.episodes();
    return [...named].flatMap(([ailment, { atStep, severity }]) => {
      const own = episodes.filter((episode) => episode.ailment === ailment);
      const sinceStep = Math.min(...own.map((episode) => episode.sinceStep));
      const untilStep = Math.max(...own.map((episode) => episode.untilStep ?? end));
      return severity === "info" ? [] : [{ ailment, severity, atStep, sinceStep, untilStep }];
    });
  },
};
