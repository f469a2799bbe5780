import { inOrder } from "../../choices/registry.ts";
import * as all from "./all.ts";
import type { Rule } from "./rule.ts";

/** The library's own rules. Of findings that are as severe, that of the first rule stands first. */
export const defaultRules: readonly Rule[] = Object.values(
  inOrder<Rule>(Object.entries(all), ["nonFiniteValuesFound", "vanishingGeneratorGradient"]),
);
