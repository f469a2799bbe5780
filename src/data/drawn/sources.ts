import { entryOf, inOrder, isTyped } from "../../choices/registry.ts";
import { assertKind } from "../../errors/checks.ts";
import { type DataSource, sourceKind } from "../source.ts";
import * as all from "./all.ts";

/** Sets of samples that are drawn, by name: functions from options to a source. */
export const sources: Readonly<typeof all> = inOrder(Object.entries(all)) as unknown as typeof all;

export type SourceName = keyof typeof sources;

/** A source by its name, with options: `{ type: "gaussianRing", modes: 5 }`. */
export type SourceConfig = {
  readonly [Name in SourceName]: { readonly type: Name } & NonNullable<Parameters<(typeof sources)[Name]>[0]>;
}[SourceName];

/** Or by its name alone, or a source itself, of your own or of one of the functions here. */
export type SourceChoice = SourceName | SourceConfig | DataSource;

/** @throws OptionError for an unknown name, and for options that the source can't take. */
export function createSource(choice: SourceChoice): DataSource {
  if (isSource(choice)) return choice;
  if (typeof choice !== "string" && !isTyped(choice)) assertKind("createSource", "the source", choice, sourceKind);
  const { type, ...options } = typeof choice === "string" ? { type: choice } : choice;
  const create = entryOf<(options: never) => DataSource>("createSource", "source", type, sources);
  // The options are those of this name, by the type of the choice; the function checks them.
  return create(options as never);
}

const isSource = (given: unknown): given is DataSource => sourceKind.is(given);
