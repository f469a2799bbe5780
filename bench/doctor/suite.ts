/** Scores what was recorded: what `npm run doctor-suite -- --replay` does, apart from files. */
import { autotrainer } from "./peers/autotrainer.ts";
import { sagemaker } from "./peers/sagemaker.ts";
import { decode } from "./record/recording.ts";
import type { Rescue } from "./rescue/rescue_run.ts";
import { type JudgedRun, judged, seenBy } from "./score/cases.ts";
import { saddlepoint } from "./score/doctors.ts";
import { pageOf, type ScoredPart } from "./score/page.ts";
import { score } from "./score/score.ts";
import { type Part, parts, table } from "./table/table.ts";

export { parts };

const doctors = [saddlepoint, sagemaker, autotrainer];

/**
 * @param files recordings, one after the other
 * @param rescues what became of runs with a steward; the page tells of the validation part
 * @param chosen the parts to score; a run of another one is not looked at
 * @param tell gets a line for each run: what was meant, what truth sees, and what is named
 */
export async function scoreSuite(
  files: Iterable<Promise<Uint8Array>>,
  rescues: readonly Rescue[],
  chosen: readonly Part[],
  tell: (line: string) => void = () => undefined,
): Promise<string> {
  const cases = new Map(chosen.map((part) => [part, doctors.map(() => [] as ReturnType<typeof seenBy>[])]));
  const meant = new Set<string>();
  for (const file of files) {
    const run = judged(decode(await file));
    if (!run) continue;
    if (run.part === "validation" && run.expected.length > 0 && run.isAsMeant) meant.add(run.name);
    const seen = doctors.map((doctor) => seenBy(doctor, run));
    for (const [i, one] of seen.entries()) cases.get(run.part)?.[i]?.push(one);
    tell(lineOf(run, seen[0]?.named ?? []));
  }
  const ailments = [...new Set(table.flatMap((row) => row.ailments))];
  const scored = chosen.map(
    (part): ScoredPart => ({
      part,
      runs: cases.get(part)?.[0]?.length ?? 0,
      planned: table.length * parts[part].length,
      scores: doctors.map((doctor, i) => score(doctor, cases.get(part)?.[i] ?? [], ailments)),
    }),
  );
  return pageOf(
    scored,
    rescues.filter(({ seed }) => parts.validation.some((own) => own === seed)),
    meant,
  );
}

function lineOf({ name, seed, isAsMeant, truth }: JudgedRun, named: ReturnType<typeof saddlepoint.look>): string {
  const seen = Object.entries(truth).flatMap(([ailment, steps]) =>
    steps.length > 0 ? [`${ailment} x${steps.length} from ${steps[0]}`] : [],
  );
  const said = named.map(({ ailment, severity, atStep }) => `${ailment}${severity === "serious" ? "!" : ""}@${atStep}`);
  return `${name} (${seed})${isAsMeant ? "" : " NOT AS MEANT"}\n  truth: ${seen.join(", ")}\n  named: ${said.join(", ")}`;
}
