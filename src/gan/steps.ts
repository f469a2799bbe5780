import type { TappedSite } from "../autodiff/gradients.ts";
import type { State } from "../compile/state.ts";
import type { Learner, LearnerStep } from "../optim/learner.ts";
import { balance } from "../probes/balance.ts";
import { lossGain } from "../probes/loss_gain.ts";
import { countNonFinite } from "../probes/probe_values.ts";
import { recordSites } from "../probes/record_sites.ts";
import type { TelemetryLayout } from "../probes/telemetry.ts";
import { updateRatios } from "../probes/update_ratio.ts";
import type { Tensor } from "../tensor.ts";
import { grad, type TensorTree } from "../transforms.ts";
import { type DiscriminatorLoss, discriminatorLoss } from "./discriminator_loss.ts";
import { type GeneratorLoss, generatorLoss } from "./generator_loss.ts";
import { logGains } from "./losses/log_gains.ts";
import { ofPlayer, type PerPlayer, type PlayedGame, type PlayerState } from "./play/game.ts";
import { pullOfLoss } from "./play/pull.ts";
import { controlOf, type PlayerTrees, type StepContext } from "./step_context.ts";

/** Which variant of a step is built. */
export interface StepKind {
  /** With the costlier probes. */
  readonly probed: boolean;
  /** With the penalties that are not added in every step. */
  readonly due: boolean;
}

export interface GanStep {
  readonly updates: readonly (readonly [State, Tensor])[];
  /** Values from which on everything is computed in f32, in a step that is otherwise of mixed precision. */
  readonly precise?: readonly Tensor[];
}

/** A step of a kind, as a graph. What it measures goes into the layout. */
export type BuildStep = (context: StepContext, layout: TelemetryLayout, kind: StepKind) => GanStep;

/** One step of the discriminator: gradient and update. */
export const discriminatorStep: BuildStep = (context, layout, kind) => {
  const { discriminator } = context;
  const found = discriminatorGradient(context, kind);
  const step = discriminator.step(found.gradient, controlOf(context, "discriminatorLearningRate"), found.part.pass);
  recordDiscriminator(context, layout, kind, found, step);
  return { updates: [...step.updates, ...found.part.kept], precise: found.part.precise };
};

/** One step of the generator, through the discriminator as it stands. */
export const generatorStep: BuildStep = (context, layout, kind) => {
  const { generator } = context;
  const found = generatorGradient(context, kind);
  const step = generator.step(found.gradient, controlOf(context, "generatorLearningRate"), found.part.pass);
  recordGenerator(context, layout, kind, found, step);
  return { updates: [...step.updates, ...found.part.kept, ...averaged(context, step)] };
};

/** One step of both players at once, as the play says. Probes see the backward passes that the players move along. */
export const jointStep: BuildStep = (context, layout, kind) => {
  const { config } = context;
  const carry = context.carry.step();
  const player = (name: Player): PlayerState => context[name].player(controlOf(context, `${name}LearningRate`));
  const { game, found } = watchedGame(context, kind);
  const { players } = config.play.step(game, both(player), carry.at("play"));
  const moved = (name: Player) => context[name].moved(ofPlayer(players, name), found[name].part.pass);
  const { discriminator, generator } = both(moved);
  recordDiscriminator(context, layout, kind, found.discriminator, discriminator);
  recordGenerator(context, layout, kind, found.generator, generator);
  // What both players' losses keep is moved by the discriminator's.
  const remembered = new Map([...found.generator.part.kept, ...found.discriminator.part.kept, ...carry.updates]);
  const updates = [...discriminator.updates, ...generator.updates, ...remembered, ...averaged(context, generator)];
  return { updates };
};

type Player = keyof PlayerTrees;

const both = <Value>(of: (player: Player) => Value) => ({
  discriminator: of("discriminator"),
  generator: of("generator"),
});

/** The game, with what the backward passes of the players' moves came through. */
function watchedGame(context: StepContext, { due }: StepKind) {
  const trees = (at: PerPlayer): PlayerTrees => both((name) => context[name].arena.unpack(ofPlayer(at, name)));
  const sites = both((): TappedSite[] => []);
  const last: { generator?: GeneratorLoss; discriminator?: DiscriminatorLoss } = {};
  const tapped: typeof last = {};
  const losses = {
    generator: (at: PerPlayer) => {
      last.generator = generatorLoss(context, trees(at), due);
      return last.generator.loss;
    },
    discriminator: (at: PerPlayer) => {
      last.discriminator = discriminatorLoss(context, trees(at), due);
      return last.discriminator.loss;
    },
  };
  const tap = (site: TappedSite, name: Player) => {
    Object.assign(tapped, { [name]: last[name] });
    const prefix = name === "discriminator" ? "discriminator/" : "";
    // A generator that looks ahead of the discriminator passes its sites several times: the first time is its own.
    const isNew = sites[name].every((known) => known.name !== site.name);
    if (isNew && isProbed(site, prefix)) sites[name].push(site);
  };
  const playerOf = (name: string) => (name === "generator" ? "generator" : "discriminator");
  const game: PlayedGame = {
    players: ["discriminator", "generator"],
    loss: (name, at) => losses[playerOf(name)](at),
    pull: (name, at, isWatched, ahead) =>
      pullOfLoss(game, name, at, { ahead, ...(isWatched && { tap: (site) => tap(site, playerOf(name)) }) }),
  };
  const found = {
    get generator() {
      return { part: tapped.generator as GeneratorLoss, sites: sites.generator };
    },
    get discriminator() {
      return { part: tapped.discriminator as DiscriminatorLoss, sites: sites.discriminator };
    },
  };
  return { game, found };
}

/** Not those of networks that are applied for a penalty, or inside of the other player's loss. */
const isProbed = ({ name }: TappedSite, prefix: string): boolean =>
  name.startsWith(prefix) && !name.startsWith("aside/");

function presentTrees({ generator, discriminator }: StepContext): PlayerTrees {
  return { generator: generator.parameters, discriminator: discriminator.parameters };
}

/** What a player's loss was made of, and the sites that its backward pass came through. */
interface Found<Part> {
  readonly part: Part;
  readonly sites: readonly TappedSite[];
}

/** Where samples act on each other (batch norm), probes see the sites of the generated batch. */
function discriminatorGradient(context: StepContext, { due }: StepKind) {
  const { discriminator } = context;
  const trees = presentTrees(context);
  return gradientOf(discriminator, trees.discriminator, `${discriminator.name}/`, (parameters) =>
    discriminatorLoss(context, { ...trees, discriminator: parameters }, due),
  );
}

function generatorGradient(context: StepContext, { due }: StepKind) {
  const trees = presentTrees(context);
  return gradientOf(context.generator, trees.generator, "", (parameters) =>
    generatorLoss(context, { ...trees, generator: parameters }, due),
  );
}

function gradientOf<Part extends { readonly loss: Tensor }>(
  learner: Learner,
  parameters: TensorTree,
  prefix: string,
  lossOf: (parameters: TensorTree) => Part,
): Found<Part> & { readonly gradient: TensorTree } {
  const sites: TappedSite[] = [];
  let part: Part | undefined;
  const gradient = grad(
    (at: TensorTree) => {
      part = lossOf(at);
      return learner.scaled(part.loss);
    },
    { tap: (site) => isProbed(site, prefix) && sites.push(site) },
  )(parameters);
  return { gradient, part: part as Part, sites };
}

function averaged({ engine, average, generator }: StepContext, { parameters }: LearnerStep) {
  return average ? [average.update(engine.read(generator.steps).cast("f32"), parameters)] : [];
}

function recordDiscriminator(
  { discriminator }: StepContext,
  layout: TelemetryLayout,
  { probed }: StepKind,
  { part, sites }: Found<DiscriminatorLoss>,
  step: LearnerStep,
): void {
  layout.add("loss", { discriminator: part.loss });
  layout.add("balance", balance(part.logits.real, part.logits.fake));
  if (probed) {
    layout.add("nonFinite/data/real", { value: countNonFinite(part.drawn) });
    addSites(layout, sites, discriminator);
    layout.add("update", updateRatios(step.change, step.parameters, discriminator.arena.ranges));
  }
  addLossScale(layout, discriminator, step);
}

function recordGenerator(
  { generator, loss }: StepContext,
  layout: TelemetryLayout,
  { probed }: StepKind,
  { part, sites }: Found<GeneratorLoss>,
  step: LearnerStep,
): void {
  layout.add("loss", { generator: part.loss });
  // A generator that learns from samples takes nothing from the logits.
  if (!loss.ofSamples) {
    layout.add("lossGain", lossGain(part.logGain, logGains[loss.comparedWith](part.logits)));
  }
  if (probed) {
    addSites(layout, sites, generator);
    layout.add("update", updateRatios(step.change, step.parameters, generator.arena.ranges));
  }
  addLossScale(layout, generator, step);
}

/** Columns of every site that the learner's backward pass came through. */
function addSites(layout: TelemetryLayout, sites: readonly TappedSite[], learner: Learner): void {
  const { engine, name, lossScale } = learner;
  const unscaled = lossScale && ((gradient: Tensor) => learner.unscaled(gradient));
  recordSites(layout, { engine, player: name, sites, unscaled });
}

/** The loss scale of a step of mixed precision, and whether the step was left out because its gradient overflowed. */
function addLossScale(layout: TelemetryLayout, { name, lossScale }: Learner, { overflowed }: LearnerStep): void {
  if (lossScale) layout.add("lossScale", { [name]: lossScale.scale });
  if (overflowed) layout.add("overflowed", { [name]: overflowed.cast("f32") });
}
