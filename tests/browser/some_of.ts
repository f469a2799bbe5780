import { inject } from "vitest";

/** Of the cases of a file that `thoroughFiles` names, those of the normal tests: every second one. */
export const someOf = <Case>(all: readonly Case[]): readonly Case[] =>
  all.filter((_, i) => inject("isThorough") || i % 2 === 0);
