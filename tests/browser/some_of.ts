import { inject } from "vitest";

/** Of the cases of a file that `thoroughFiles` names, those of the normal tests: every second one, or every so many. */
export const someOf = <Case>(all: readonly Case[], every = 2): readonly Case[] =>
  all.filter((_, i) => inject("isThorough") || i % every === 0);
