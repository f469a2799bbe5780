import { metrics } from "saddlepoint";
import type { Doctor, Named } from "./doctors.ts";

/** A run with its truth, and what a doctor says of it. */
export interface Case {
  readonly name: string;
  readonly seed: number;
  readonly steps: number;
  /** What it was broken to have; none of a healthy one. */
  readonly expected: readonly string[];
  /** Whether truth has it so: a run that is not is counted, and scored for nothing but what is named. */
  readonly isAsMeant: boolean;
  /** Steps at which truth sees an ailment, by its name. */
  readonly truth: Readonly<Record<string, readonly number[]>>;
  /** Ailments of which truth can't tell. */
  readonly unknown: readonly string[];
  /** Steps between two looks of truth. */
  readonly every: number;
  readonly named: readonly Named[];
}

/** Hits of so many, with Wilson's interval of 95 %. */
export interface Share {
  readonly hits: number;
  readonly of: number;
  readonly low: number;
  readonly high: number;
}

export interface AilmentScore {
  readonly ailment: string;
  /** Runs broken to have it that are as meant: those in which it is named before half of the run is over. */
  readonly recall: Share;
  /** Runs in which it is named: those in which it is right. */
  readonly precision: Share;
  /** When it is named, as a share of the run: the middle one of those that are found; NaN if none is. */
  readonly foundAt: number;
  /** Of those runs, how many have been named by each tenth of the run. */
  readonly foundBy: readonly number[];
  /** Runs broken to have it in which truth does not see it. */
  readonly notAsMeant: number;
  /** What is named where it should have been and is not, each with how often. */
  readonly insteadNamed: Readonly<Record<string, number>>;
  /** In which runs it is named and wrong. */
  readonly wrongIn: readonly string[];
}

export interface Score {
  readonly doctor: string;
  readonly ailments: readonly AilmentScore[];
  readonly recall: Share;
  readonly precision: Share;
  readonly healthy: {
    readonly runs: number;
    readonly notWell: number;
    readonly serious: number;
    readonly warned: number;
  };
  readonly falseAlarms: readonly string[];
}

export function shareOf(hits: number, of: number): Share {
  if (of === 0) return { hits, of, low: 0, high: 1 };
  const { low, high } = metrics.proportionInterval(hits, of);
  return { hits, of, low, high };
}

/** Whether what is named is so: it was meant and is there, or truth sees it while it is said, or one look before or after. */
export function isRight(
  { truth, every, expected, isAsMeant }: Case,
  { ailment, sinceStep, untilStep }: Named,
): boolean {
  if (isAsMeant && expected.includes(ailment)) return true;
  return (truth[ailment] ?? []).some((step) => step >= sinceStep - every && step <= untilStep + every);
}

/** @param ailments of which a row each is given, in their order: those that the doctor can name are summed up. */
export function score(
  { name: doctor, knows }: Pick<Doctor, "name" | "knows">,
  cases: readonly Case[],
  ailments: readonly string[],
): Score {
  const rows = ailments.filter((ailment) => knows.includes(ailment)).map((ailment) => ofAilment(ailment, cases));
  const total = (shares: readonly Share[]) =>
    shareOf(
      shares.reduce((sum, { hits }) => sum + hits, 0),
      shares.reduce((sum, share) => sum + share.of, 0),
    );
  const healthy = cases.filter(({ expected }) => expected.length === 0);
  const well = healthy.filter(({ isAsMeant }) => isAsMeant);
  const isNamed = (severity: string) => (run: Case) => run.named.some((named) => named.severity === severity);
  return {
    doctor,
    ailments: rows,
    recall: total(rows.map(({ recall }) => recall)),
    precision: total(rows.map(({ precision }) => precision)),
    healthy: {
      runs: well.length,
      notWell: healthy.length - well.length,
      serious: well.filter(isNamed("serious")).length,
      warned: well.filter(isNamed("warning")).length,
    },
    falseAlarms: well.flatMap(({ name, seed, named }) => named.map(({ ailment }) => `${name} (${seed}): ${ailment}`)),
  };
}

function ofAilment(ailment: string, cases: readonly Case[]): AilmentScore {
  const meant = cases.filter(({ expected }) => expected.includes(ailment));
  const there = meant.filter(({ isAsMeant }) => isAsMeant);
  const early = ({ named, steps }: Case) => named.find((one) => one.ailment === ailment && one.atStep <= steps / 2);
  const found = there.flatMap((run) => {
    const one = early(run);
    return one ? [one.atStep / run.steps] : [];
  });
  const foundBy = Array.from({ length: 10 }, (_, tenth) => {
    const until = (tenth + 1) / 10;
    return there.filter(({ named, steps }) =>
      named.some((one) => one.ailment === ailment && one.atStep <= until * steps),
    ).length;
  });
  const said = cases.flatMap((run) =>
    run.named
      .filter((one) => one.ailment === ailment && !run.unknown.includes(ailment))
      .map((one) => ({ run, right: isRight(run, one) })),
  );
  const insteadNamed: Record<string, number> = {};
  for (const run of there.filter((run) => !early(run))) {
    const others = run.named.map((one) => (one.ailment === ailment ? "itself, too late" : one.ailment));
    for (const other of others.length > 0 ? others : ["nothing"]) insteadNamed[other] = (insteadNamed[other] ?? 0) + 1;
  }
  return {
    ailment,
    recall: shareOf(found.length, there.length),
    precision: shareOf(said.filter(({ right }) => right).length, said.length),
    foundAt: found.toSorted((a, b) => a - b)[Math.floor(found.length / 2)] ?? Number.NaN,
    foundBy,
    notAsMeant: meant.length - there.length,
    insteadNamed,
    wrongIn: said.filter(({ right }) => !right).map(({ run }) => `${run.name} (${run.seed})`),
  };
}
