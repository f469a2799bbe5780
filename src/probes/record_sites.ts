import type { TappedSite } from "../autodiff/gradients.ts";
import type { Engine } from "../engine/engine.ts";
import { Tensor } from "../tensor/tensor.ts";
import { gradientFlow } from "./gradient_flow.ts";
import { halfUnderflow } from "./half_underflow.ts";
import { nonFiniteGradients, nonFiniteValues } from "./non_finite.ts";
import { assertMeasured, type Probe } from "./probe.ts";
import { activationSaturation } from "./saturation.ts";
import { prefixOf, type Site, type SiteProbe } from "./site_probe.ts";
import type { TelemetryLayout } from "./telemetry.ts";

/** The backward pass in which a player gets the gradient that it moves along. */
export interface BackwardPass {
  readonly engine: Engine;
  readonly player: string;
  /** The sites that it came through, in backward order. */
  readonly sites: readonly TappedSite[];
  /** A gradient of the scaled loss as one of the loss, where gradients pass through f16. */
  readonly unscaled?: ((gradient: Tensor) => Tensor) | undefined;
}

/** A site, with its cotangent as it passes through the plan: multiplied by the loss scale where there is one. */
interface PassedSite extends Site {
  readonly scaled: Tensor;
}

/** Probes that go through all sites together: what they measure at a site stands side by side. */
interface Sweep {
  readonly order: "forward" | "backward";
  readonly probes: readonly { readonly prefix: string; readonly probe: Probe<readonly [PassedSite]> }[];
}

/** Adds the columns of every site that a backward pass came through: the library's own, then those of the user's probes. */
export function recordSites(layout: TelemetryLayout, pass: BackwardPass, own: readonly SiteProbe[] = []): void {
  const backward = pass.sites.map((site) => passedSite(pass, site));
  const forward = backward.toReversed();
  for (const { order, probes } of sweepsOf(pass, own)) {
    for (const site of order === "forward" ? forward : backward) {
      for (const { prefix, probe } of probes) {
        const values = probe.measure(site);
        if (values === undefined) continue;
        assertMeasured(probe, values);
        layout.add(`${prefix}/${site.name}`, values);
      }
    }
  }
}

function passedSite(
  { engine, unscaled }: BackwardPass,
  { name, value, cotangent, derivative }: TappedSite,
): PassedSite {
  const scaled = new Tensor(cotangent, engine);
  return {
    name,
    value: new Tensor(value, engine),
    scaled,
    cotangent: unscaled ? unscaled(scaled) : scaled,
    ...(derivative && { slope: new Tensor(derivative, engine) }),
  };
}

function sweepsOf({ player, unscaled }: BackwardPass, own: readonly SiteProbe[]): Sweep[] {
  const ofPlayer = (probe: SiteProbe) => ({ prefix: prefixOf(player, probe.name), probe });
  const underflow = { prefix: "underflow", probe: underflowOf(player) };
  return [
    { order: "forward", probes: [ofPlayer(nonFiniteValues)] },
    {
      order: "backward",
      probes: [...(unscaled ? [underflow] : []), ofPlayer(nonFiniteGradients), ofPlayer(gradientFlow)],
    },
    // The generator's backward pass comes through the discriminator's activations, too.
    { order: "forward", probes: player === "discriminator" ? [] : [ofPlayer(activationSaturation)] },
    { order: "forward", probes: own.map(ofPlayer) },
  ];
}

/** One column for each player, at the same site. */
const underflowOf = (player: string): Probe<readonly [PassedSite]> => ({
  name: "underflow",
  columns: { [player]: 1 },
  measure: ({ scaled }) => ({ [player]: halfUnderflow(scaled) }),
});
