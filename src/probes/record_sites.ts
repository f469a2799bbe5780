import type { TappedSite } from "../autodiff/gradients.ts";
import type { Engine } from "../engine/engine.ts";
import { Tensor } from "../tensor/tensor.ts";
import { factorsOf, gradientFactors } from "./gradient_factors.ts";
import { gradientFlow } from "./gradient_flow.ts";
import { gradientNorm } from "./gradient_norm.ts";
import { halfUnderflow } from "./half_underflow.ts";
import { nonFiniteGradients, nonFiniteValues } from "./non_finite.ts";
import { assertMeasured, type Probe } from "./probe.ts";
import { flowOfSamples, type SampledColumns, saturationOfSamples } from "./sampled_sites.ts";
import { sampleOf } from "./samples.ts";
import { activationSaturation } from "./saturation.ts";
import { prefixOf, type Site, type SiteProbe } from "./site_probe.ts";
import type { TelemetryLayout } from "./telemetry.ts";

/** The backward pass in which a player gets the gradient that it moves along. */
export interface BackwardPass {
  readonly engine: Engine;
  readonly player: string;
  /** The sites that it came through, in backward order. */
  readonly sites: readonly TappedSite[];
  /** The gradient by all parameters, of the loss itself. */
  readonly gradient?: Tensor | undefined;
  /** Whether every element is looked at, where otherwise samples stand for a site. The user's probes see all of it either way. */
  readonly isExact?: boolean;
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
  const { isExact = false } = pass;
  const backward = pass.sites.map((site) => passedSite(pass, site));
  const forward = backward.toReversed();
  const norm = isExact ? pass.gradient?.square().sum().sqrt() : recordSamples(layout, pass, backward, forward);
  if (norm) layout.add(gradientNorm.name, { [pass.player]: norm });
  if (pass.player === "generator") recordFactors(layout, backward, isExact);
  for (const { order, probes } of isExact ? sweepsOf(pass, own) : [sweepOf(pass, own)]) {
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

/** Returns the norm of the gradient by parameters. */
function recordSamples(
  layout: TelemetryLayout,
  { engine, player, gradient, unscaled }: BackwardPass,
  backward: readonly PassedSite[],
  forward: readonly PassedSite[],
): Tensor | undefined {
  const add = (name: string, sites: readonly PassedSite[], { columns, sampled }: SampledColumns) => {
    const prefix = prefixOf(player, name);
    for (const [column, values] of Object.entries(columns)) {
      const names = sites.map((site) => `${prefix}/${site.name}/${column}`);
      layout.addAll(names, values, sampled);
    }
  };
  const cotangents = backward.map(({ scaled }) => scaled);
  const isAnything = cotangents.length > 0 || gradient;
  const { flow, norm } = isAnything ? flowOfSamples(engine, cotangents, { unscaled, gradient }) : {};
  if (flow) add(gradientFlow.name, backward, flow);
  if (unscaled) {
    for (const { name, scaled } of backward) {
      layout.add(`underflow/${name}`, { [player]: halfUnderflow(new Tensor(sampleOf(scaled.node).sample, engine)) });
    }
  }
  const activations = player === "discriminator" ? [] : forward.filter(({ slope }) => slope);
  const slopes = activations.flatMap(({ slope }) => slope ?? []);
  if (slopes.length > 0) add(activationSaturation.name, activations, saturationOfSamples(engine, slopes));
  return norm;
}

/** The factors of the gradient that passes from the logits to the generator's first layer, where it does. */
function recordFactors(layout: TelemetryLayout, backward: readonly PassedSite[], isExact: boolean): void {
  const find = (name: string) => backward.find((site) => site.name === name)?.scaled;
  const first = backward.findLast(({ name }) => name.startsWith("generator/"))?.scaled;
  const [logit, output] = [find("discriminator/logit"), find("generator/output")];
  if (!logit || !output || !first) return;
  // Sites that are not of the batch have no samples to compare.
  const [packs = 1, batch = 1] = [logit.shape[0], output.shape[0]];
  if (batch % packs !== 0 || first.shape[0] !== batch) return;
  layout.add(gradientFactors.name, factorsOf({ logit, output, first }, isExact));
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
    sweepOf({ player }, own),
  ];
}

/** The user's probes. */
function sweepOf({ player }: Pick<BackwardPass, "player">, own: readonly SiteProbe[]): Sweep {
  const ofPlayer = (probe: SiteProbe) => ({ prefix: prefixOf(player, probe.name), probe });
  return { order: "forward", probes: own.map(ofPlayer) };
}

/** One column for each player, at the same site. */
const underflowOf = (player: string): Probe<readonly [PassedSite]> => ({
  name: "underflow",
  columns: { [player]: 1 },
  measure: ({ scaled }) => ({ [player]: halfUnderflow(scaled) }),
});
