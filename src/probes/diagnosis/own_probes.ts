import type { Rule } from "../rules/rule.ts";
import type { SiteProbe } from "../site_probe.ts";

/** What a user adds to what a trainer measures and finds. */
export interface OwnProbes {
  /** Measured at every named site, in the steps in which the costlier probes run: see `defineSiteProbe`. Default none. */
  readonly sites?: readonly SiteProbe[];
  /**
   * Rules of diagnosis, examined at every report: see `Rule`. `Trainer` examines the library's own before them; for a
   * `GameTrainer`, which brings only what it is given, list them: `[...probes.defaultRules]`, and import
   * "saddlepoint/diagnosis". Default none.
   */
  readonly rules?: readonly Rule[];
}
