import { readSafetensors } from "../../io/safetensors/read.ts";
import { isWhole } from "../../io/safetensors/sealed.ts";

/** How good a checkpoint is, as its file says: a finite number. */
export interface Score {
  readonly value: number;
  readonly higherIsBetter: boolean;
}

/** What a store's file is worth. */
export interface Worth {
  /** False for one that was broken off or changed. */
  readonly isWhole: boolean;
  readonly score?: Score;
}

const key = "score";

/** As metadata of a file. */
export const scoreTexts = ({ score }: Worth): Readonly<Record<string, string>> =>
  score ? { [key]: JSON.stringify(score) } : {};

export async function worthOf(file: Uint8Array): Promise<Worth> {
  if (!(await isWhole(file))) return { isWhole: false };
  const score = parsed(readSafetensors(file).metadata.get(key) ?? "null");
  return { isWhole: true, ...(score && { score }) };
}

function parsed(text: string): Score | undefined {
  try {
    const { value, higherIsBetter }: Readonly<Record<string, unknown>> = Object(JSON.parse(text));
    if (typeof value === "number" && typeof higherIsBetter === "boolean") return { value, higherIsBetter };
  } catch {
    // Of another program, which says it in another way.
  }
  return undefined;
}

/** By how much one value is better than another. */
export const advantage = (value: number, over: number, higherIsBetter: boolean): number =>
  higherIsBetter ? value - over : over - value;
