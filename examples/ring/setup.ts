/** What the live page trains, and how an address says so. */
import { gan, nn } from "saddlepoint";
import { type DataSetName, dataSetNames } from "../main_job/data_sets.ts";

export interface Setup {
  readonly data: DataSetName;
  readonly loss: gan.LossName;
  readonly penalty: gan.PenaltyName | "none";
  readonly penaltyWeight: number;
  readonly seed: number;
  readonly discriminatorSteps: number;
  readonly generatorActivation: nn.ActivationName;
  readonly discriminatorActivation: nn.ActivationName;
  readonly generatorRate: number;
  readonly discriminatorRate: number;
}

export const defaultSetup: Setup = {
  data: "ring",
  loss: "non-saturating",
  penalty: "none",
  penaltyWeight: 0.1,
  seed: 1,
  discriminatorSteps: 1,
  generatorActivation: "relu",
  discriminatorActivation: "tanh",
  generatorRate: 1e-3,
  discriminatorRate: 2e-3,
};

const activationNames = Object.keys(nn.activations) as nn.ActivationName[];

/** What each choice can be. */
export const choices = {
  data: dataSetNames,
  loss: Object.keys(gan.losses) as gan.LossName[],
  penalty: ["none", ...(Object.keys(gan.penalties) as gan.PenaltyName[])],
  generatorActivation: activationNames,
  discriminatorActivation: activationNames,
} as const satisfies Partial<Record<keyof Setup, readonly string[]>>;

export const discriminatorStepChoices = [1, 2, 5, 10, 20] as const;

/** The range of each number, both ends included. */
export const ranges = {
  seed: { low: 0, high: 2 ** 32 - 1, whole: true },
  discriminatorSteps: { low: 1, high: 100, whole: true },
  penaltyWeight: { low: 1e-3, high: 100, whole: false },
  generatorRate: { low: 1e-5, high: 1e-1, whole: false },
  discriminatorRate: { low: 1e-5, high: 1e-1, whole: false },
} as const satisfies Partial<Record<keyof Setup, { low: number; high: number; whole: boolean }>>;

/** Three digits are more than a slider tells. */
const digits = 3;

/** The setup as the part of an address after "#": what differs from the default, so that short means usual. */
export function formatHash(setup: Setup): string {
  const pairs = (Object.keys(defaultSetup) as (keyof Setup)[])
    .filter((key) => setup[key] !== defaultSetup[key])
    .map((key): [string, string] => [key, shown(setup[key])]);
  return new URLSearchParams(pairs).toString();
}

function shown(value: string | number): string {
  return typeof value === "string" || Number.isInteger(value)
    ? String(value)
    : String(Number(value.toPrecision(digits)));
}

/** The setup that an address asks for. What can't be understood stays at its default, and is named in `ignored`. */
export function parseHash(hash: string): { readonly setup: Setup; readonly ignored: readonly string[] } {
  const ignored: string[] = [];
  const chosen: Partial<Record<keyof Setup, string | number>> = {};
  for (const [key, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    const value = Object.hasOwn(defaultSetup, key) ? read(key as keyof Setup, text) : undefined;
    if (value === undefined) ignored.push(`${key}=${text}`);
    else chosen[key as keyof Setup] = value;
  }
  return { setup: { ...defaultSetup, ...(chosen as Partial<Setup>) }, ignored };
}

function read(key: keyof Setup, text: string): string | number | undefined {
  if (key in choices) {
    const names: readonly string[] = choices[key as keyof typeof choices];
    return names.includes(text) ? text : undefined;
  }
  const { low, high, whole } = ranges[key as keyof typeof ranges];
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return value >= low && value <= high && (!whole || Number.isInteger(value)) ? value : undefined;
}

/** Which changes need new networks and plans; the others move while the training runs. */
export function needsRestart(before: Setup, after: Setup): boolean {
  const live: readonly (keyof Setup)[] = ["generatorRate", "discriminatorRate", "penaltyWeight"];
  return (Object.keys(defaultSetup) as (keyof Setup)[]).some(
    (key) => !live.includes(key) && before[key] !== after[key],
  );
}
