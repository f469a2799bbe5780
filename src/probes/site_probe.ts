import { assertKind, list } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { assertProbe, type Columns, type Exactly, type Measured, type Probe, type ProbeColumns } from "./probe.ts";

/** A named site that the backward pass of a player's loss came through. */
export interface Site {
  /** Such as `discriminator/0/linear`. */
  readonly name: string;
  readonly value: Tensor;
  /** d loss / d value, of the value's shape; of the loss itself, also where a loss scale multiplies it. */
  readonly cotangent: Tensor;
  /** At an activation: the activation's derivative at every element. */
  readonly slope?: Tensor;
}

/**
 * A probe that measures at every named site of a backward pass where it gives something. Its columns in the telemetry are
 * `name/site/column` for the generator, and `discriminatorName/site/column` for the discriminator: see `prefixOf`.
 */
export type SiteProbe<Of extends Columns = Columns> = Probe<readonly [site: Site], Of>;

/**
 * A probe of your own, for `probes: { sites: [...] }` of a trainer. Columns that are missing, or that the probe does not
 * state, do not compile. Where it gives undefined, the site has no columns of it.
 *
 *   import { probes } from "saddlepoint";
 *
 *   export const signs = probes.defineSiteProbe({
 *     name: "signs",
 *     columns: { positive: 1 },
 *     measure: ({ name, cotangent }) =>
 *       name.startsWith("generator/") ? { positive: probes.share(cotangent.greater(0)) } : undefined,
 *   });
 */
export function defineSiteProbe<const Of extends Columns, Values extends Measured<Of>>(
  probe: ProbeColumns<Of> & { measure(site: Site): Exactly<Values, Of> | undefined },
): SiteProbe<Of> {
  assertProbe("defineSiteProbe", probe);
  return probe;
}

/**
 * What a probe's columns begin with in the backward pass of a player: the probe's name for the generator, and for others
 * the player's name before it, as in `discriminatorGradient`.
 */
export function prefixOf(player: string, name: string): string {
  return player === "generator" ? name : `${player}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** What the library's own columns begin with. */
const taken =
  "balance cells classes direction factor gradient gradientNorm heldOut loss lossGain lossScale nonFinite overflowed samples saturation term termGradient underflow update"
    .split(" ")
    .flatMap((name) => [name, prefixOf("discriminator", name)]);

/** @throws OptionError for anything but a list of probes whose names differ from each other and from the library's. */
export function assertSiteProbes(where: string, given: unknown): asserts given is readonly SiteProbe[] {
  assertKind(where, "the probes at sites", given, list);
  const names = new Set(taken);
  for (const probe of given as readonly SiteProbe[]) {
    assertProbe(where, probe);
    if (names.has(probe.name)) {
      throw new OptionError(`${where}: there is a probe "${probe.name}" already; give this one another name.`);
    }
    names.add(probe.name);
  }
}
