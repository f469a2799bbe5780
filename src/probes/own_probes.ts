import { assertRules } from "./rules/examine.ts";
import type { Rule } from "./rules/rule.ts";
import { assertSiteProbes, type SiteProbe } from "./site_probe.ts";

/** What a user adds to what a trainer measures and finds. */
export interface OwnProbes {
  /** Measured at every named site, in the steps in which the costlier probes run: see `defineSiteProbe`. Default none. */
  readonly sites?: readonly SiteProbe[];
  /** Examined beside the library's own rules of diagnosis, at every report: see `Rule`. Default none. */
  readonly rules?: readonly Rule[];
}

/** @throws OptionError for probes or rules that are none, or whose names are taken. */
export function resolveOwnProbes(where: string, { sites = [], rules = [] }: OwnProbes): Required<OwnProbes> {
  assertSiteProbes(where, sites);
  assertRules(where, rules);
  return { sites, rules };
}
