/** A page's run as a checkpoint: the trainer's, with the page's settings and keepsakes, so that the file alone is enough to go on. */
import { DataError, type gan, OptionError } from "saddlepoint";
import { readCheckpoint } from "saddlepoint/checkpoints";
import { messageOf } from "../problem.ts";
import { arraysOf, type Keepsakes, statesOf } from "./keepsakes.ts";

/** A run that can be gone on with. */
export interface OpenedRun<Setup> {
  readonly setup: Setup;
  readonly step: number;
  readonly savedAt: Date;
  readonly keepsakes: Keepsakes;
  /** What the page keeps it under; absent where it comes from a file. */
  readonly name?: string;
  /** Its data, in words, where they are the user's own and must be given again. */
  readonly ownData?: string;
  /** @throws OptionError where the trainer is of another configuration */
  restore(trainer: gan.Trainer): void;
}

/** What a page says of a run of its. */
export interface RunNote {
  /** The page's name, such as "ring". */
  readonly page: string;
  /** All settings, as an address would have them. */
  readonly setup: string;
  readonly ownData?: string;
}

/** How a page reads settings: what it can't understand is named in `ignored`. */
export type ReadSetup<Setup> = (text: string) => { readonly setup: Setup; readonly ignored: readonly string[] };

/** The part of a checkpoint's configuration that is the page's; the trainer asks for its own parts alone. */
const part = "page";

export const withNote = (snapshot: gan.Snapshot, note: RunNote, keepsakes: Keepsakes): gan.Snapshot => ({
  ...snapshot,
  configuration: {
    ...snapshot.configuration,
    [part]: JSON.stringify({ ...note, savedAt: Date.now(), texts: keepsakes.texts }),
  },
  states: [...snapshot.states, ...statesOf(keepsakes)],
});

/** @throws DataError, in a sentence for the reader of the page, for whatever is no run of this page. */
export async function openRun<Setup>(
  file: Uint8Array,
  { page, readSetup }: { readonly page: string; readonly readSetup: ReadSetup<Setup> },
  name?: string,
): Promise<OpenedRun<Setup>> {
  const snapshot = await readCheckpoint(file).catch((error: unknown) => {
    throw new DataError(`This is no run that was saved here, or it is damaged: ${messageOf(error)}`);
  });
  const { page: from, setup: text, ownData, savedAt, texts } = noteOf(snapshot);
  if (typeof from !== "string" || typeof text !== "string" || typeof savedAt !== "number") {
    throw new DataError(
      "This is a checkpoint of a program, without a page's settings: only a trainer of the same configuration can go on " +
        "with it, by gan.Trainer.load().",
    );
  }
  if (from !== page) throw new DataError(`This run is of the page "${from}"; open it there.`);
  const { setup, ignored } = readSetup(text);
  if (ignored.length > 0) {
    throw new DataError(
      `This run has settings that this page does not know, of another version: ${ignored.join(", ")}.`,
    );
  }
  return {
    setup,
    step: snapshot.step,
    savedAt: new Date(savedAt),
    keepsakes: { texts: Object(texts), arrays: arraysOf(snapshot.states) },
    ...(name !== undefined && { name }),
    ...(typeof ownData === "string" && { ownData }),
    restore: (trainer) => trainer.restore(snapshot),
  };
}

/** What went wrong with going on with a run, in words for the reader of the page. */
export function goingOnError(error: unknown, { ownData }: OpenedRun<unknown>): unknown {
  if (!(error instanceof OptionError)) return error;
  if (ownData !== undefined && /differs in data\b/.test(error.message)) {
    return new DataError(
      `These are not the images that this run was trained on: ${ownData}. Give those, then open it again.`,
    );
  }
  return new DataError(`This run can't go on here: ${error.message}`);
}

function noteOf({ configuration }: gan.Snapshot): { readonly [Key in keyof RunNote | "savedAt" | "texts"]?: unknown } {
  try {
    return Object(JSON.parse(Object(configuration)[part]));
  } catch {
    return {};
  }
}
