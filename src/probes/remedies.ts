import { assertKind, type Kind, object, text } from "../errors/checks.ts";

/** What helps, as data: a program can make the change, and every place can say it in its own words. */

/** The numbers of a trainer that a remedy may scale: options of `TrainerConfig`, or controls. */
export type ScaledNumber =
  | "generatorLearningRate"
  | "discriminatorLearningRate"
  | "discriminatorSteps"
  | "batchSize"
  /** Of a penalty, or of a term of a game. */
  | `${string}Weight`;

export type Change =
  /**
   * Another loss or rule of play, or one more penalty or trick: a key of `gan.losses`, `gan.plays`, `gan.penalties` or
   * `gan.tricks`, with its options.
   */
  | {
      readonly kind: "loss" | "play" | "penalty" | "trick";
      readonly name: string;
      readonly options?: Readonly<Record<string, number>>;
    }
  /** Both players' optimiser, by its name, with its rate and other numbers. */
  | { readonly kind: "optimizer"; readonly name: string; readonly options?: Readonly<Record<string, number>> }
  /** A number times `factor`. */
  | { readonly kind: "scale"; readonly name: ScaledNumber; readonly factor: number }
  /** The first beta of both players' optimisers. */
  | { readonly kind: "momentum"; readonly value: number }
  /** What no option can do. */
  | { readonly kind: "advice"; readonly about: "generator" | "discriminator" | "data"; readonly text: string };

export interface Remedy {
  /** What to change, all of it together. */
  readonly changes: readonly Change[];
  /** Why, in words that suit every place; empty where that goes without saying. */
  readonly reason: string;
  /** Both in a phrase, in the library's terms. */
  readonly text: string;
}

/** A problem that is known before the training, and what helps. */
export interface Advice {
  /** Sentences that suit every place. */
  readonly problem: string;
  /** The likeliest first; any of them may be enough. */
  readonly remedies: readonly Remedy[];
}

/** A remedy of one or more changes, and why it helps: an empty text where that goes without saying. */
export function remedy(reason: string, ...changes: readonly Change[]): Remedy {
  assertKind("remedy", "the reason", reason, text);
  for (const change of changes) assertKind("remedy", "a change", change, aChange);
  return { changes, reason, text: changes.map(inCode).join(" and ") + (reason && `, ${reason}`) };
}

export const aChange: Kind = {
  says: "an object whose kind is loss, play, penalty, trick, optimizer, scale, momentum or advice",
  is: (value) =>
    object.is(value) && /^(loss|play|penalty|trick|optimizer|scale|momentum|advice)$/.test(Object(value).kind),
};

function inCode(change: Change): string {
  if (change.kind === "advice") return change.text;
  if (change.kind === "momentum") return `set the first beta of both optimisers to ${change.value}`;
  const { kind, name } = change;
  if (kind === "scale") return `${change.factor < 1 ? "lower" : "raise"} ${name}`;
  const options = change.options ? ` with ${JSON.stringify(change.options)}` : "";
  return `${kind === "penalty" || kind === "trick" ? "add" : "use"} the ${kind} "${name}"${options}`;
}

/** What must be known of a run to tell which changes it has already. */
export interface Chosen {
  readonly loss?: string;
  readonly play?: string;
  readonly penalties?: readonly string[];
  readonly tricks?: readonly string[];
  readonly stepsPerTurn?: Readonly<Record<string, number>>;
  readonly momentum?: Readonly<Record<string, number>>;
}

/** Whether a run is so already, or can't be more so. */
export function inForce(change: Change, chosen: Chosen = {}): boolean {
  const { loss, play, penalties = [], tricks = [], stepsPerTurn = {}, momentum } = chosen;
  switch (change.kind) {
    case "loss":
      return change.name === loss;
    case "play":
      return change.name === play;
    case "penalty":
      return penalties.includes(change.name);
    case "trick":
      return tricks.includes(change.name);
    case "momentum":
      return momentum !== undefined && Object.values(momentum).every((value) => value <= change.value);
    case "scale":
      return change.name === "discriminatorSteps" && (stepsPerTurn["discriminator"] ?? 2) * change.factor < 1;
    case "optimizer":
    case "advice":
      return false;
  }
}

/** Changes that several findings lead to. */
export const addR1: Change = { kind: "penalty", name: "r1" };
export const lessMomentum: Change = { kind: "momentum", value: 0.5 };
export const scale = (name: ScaledNumber, factor: number): Change => ({ kind: "scale", name, factor });
export const lowerRates: readonly Change[] = [
  scale("generatorLearningRate", 0.3),
  scale("discriminatorLearningRate", 0.3),
];
export const fewerSteps: Change = { kind: "scale", name: "discriminatorSteps", factor: 0.5 };
