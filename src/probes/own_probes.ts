import { list } from "../gpu/checks.ts";
import { assertRules } from "./rules/examine.ts";
import type { Rule } from "./rules/rule.ts";
import { assertSiteProbes, type SiteProbe } from "./site_probe.ts";

/** What a user adds to what a trainer measures and finds. */
export interface OwnProbes {
  /** Measured at every named site, in the steps in which the costlier probes run: see `defineSiteProbe`. Default none. */
  readonly sites?: readonly SiteProbe[];
  /**
   * Rules of diagnosis, examined at every report: see `Rule`. `Trainer` examines the library's own before them; for a
   * `GameTrainer`, which brings only what it is given, list them: `[...probes.defaultRules]`. Default none.
   */
  readonly rules?: readonly Rule[];
}

/**
 * @param known rules that are examined before the user's
 * @throws OptionError for probes or rules that are none, or whose names are taken.
 */
export function resolveOwnProbes(
  where: string,
  { sites = [], rules = [] }: OwnProbes,
  known: readonly Rule[] = [],
): Required<OwnProbes> {
  assertSiteProbes(where, sites);
  const all = list.is(rules) ? [...known, ...rules] : rules;
  assertRules(where, all);
  return { sites, rules: all };
}
