import type { Tensors } from "../../data/source.ts";
import type { StepCarry } from "../../engine/carry.ts";
import { named } from "../../errors/at.ts";
import { describe, unknownName } from "../../errors/checks.ts";
import { OptionError, ShapeError } from "../../errors/errors.ts";
import { formatShape, type Shape, sameShape } from "../../graph/shape.ts";
import type { Inputs } from "../../nn/layer.ts";
import { weightMatrices } from "../../nn/network/weight_matrices.ts";
import type { Mode, Pass } from "../../nn/pass.ts";
import type { NetworkTrees } from "../../optim/learner.ts";
import type { ProbeValues } from "../../probes/probe_values.ts";
import { Random } from "../../tensor/random.ts";
import { isTensor, type Tensor } from "../../tensor/tensor.ts";
import type { Applied, Step } from "../game/game.ts";
import { once } from "../game/once.ts";
import {
  controlOf,
  drawBatch,
  drawHeldOut,
  drawRepeatedly,
  fixedRandom,
  type GameContext,
  streams,
  turnsDone,
} from "./context.ts";

/** How a step is seen from one place: a player's turn, or the drawing of samples. */
export interface StepSettings {
  readonly random: Random;
  /** Samples in a batch. */
  readonly size: number;
  readonly mode: Mode;
  /** Parameters of all networks, by name. */
  readonly trees: NetworkTrees;
  /** Networks whose passes go on from one application to the next, so that their buffers are moved. */
  readonly moves: readonly string[];
  /** The pass that an application of a network begins with. */
  readonly pass: (network: string) => Pass;
  readonly isProbed?: boolean;
  /** Whether a batch may be larger than a finite data set. */
  readonly repeatsData?: boolean;
  /** In the place of draws: priors, or tensors of the batch, by name. */
  readonly given?: Tensors;
}

/** A step, and what was done in it. */
export interface PlayedStep {
  readonly step: Step;
  readonly carry: StepCarry;
  /** Of the networks that are moved and were applied. */
  readonly passes: ReadonlyMap<string, Pass>;
  readonly measured: readonly (readonly [name: string, values: ProbeValues])[];
  readonly precise: readonly Tensor[];
  /** The batch, if one was drawn. */
  drawn(): Tensors | undefined;
}

export function createStep(context: GameContext, settings: StepSettings): PlayedStep {
  const { game, run } = context;
  const { random, size, given = {} } = settings;
  const carry = context.carry.step();
  const passes = new Map<string, Pass>();
  const measured: (readonly [string, ProbeValues])[] = [];
  const precise: Tensor[] = [];
  const drawn = settings.repeatsData ? drawRepeatedly : drawBatch;
  const batch = once(() => ({ ...drawn(context, random, size), ...pick(given, Object.keys(game.data.shapes)) }));

  const nextPass = (name: string): Pass => {
    if (!settings.moves.includes(name)) return settings.pass(name);
    const pass = passes.get(name) ?? settings.pass(name);
    passes.set(name, pass);
    return pass;
  };
  const step: Step = {
    networks: record("network", Object.keys(game.networks), (name) => applied(context, settings, name, nextPass)),
    get batch() {
      return batch();
    },
    heldOut: (size) => {
      const own = new Random(random.seed, random.count, streams.heldOut);
      const batch = drawHeldOut(context, own, size);
      return batch && { batch, random: own };
    },
    fixedBatch: (size) => drawBatch(context, fixedRandom(context, streams.fixed), size),
    isStreamed: context.data.advance !== undefined,
    priors: record("prior", Object.keys(game.priors), (name) => {
      const prior = named(game.priors, name);
      return given[name] ?? checked(`the prior "${name}"`, prior.draw(random, size, batch), [size, ...prior.shape]);
    }),
    random,
    carry,
    turn: turnsDone(context),
    isProbed: settings.isProbed ?? false,
    control: (name) => controlOf(context, name),
    measure: (name, values) => {
      measured.push([name, values]);
    },
    precise: (x) => {
      if (run.precision !== "mixed") return x;
      const own = x.copy();
      precise.push(own);
      return own;
    },
  };
  return { step, carry, passes, measured, precise, drawn: batch.known };
}

/** A network as it is applied at a point of the game. */
function applied(
  { networks }: GameContext,
  { trees, pass }: StepSettings,
  name: string,
  nextPass: (name: string) => Pass,
): Applied {
  const held = named(networks, name);
  const tree = named(trees, name);
  const as = (scope: string, next: (name: string) => Pass): Applied => {
    const by =
      (method: "apply" | "features") =>
      (x: Tensor, inputs: Inputs = {}): Tensor => {
        held.noteInputs(inputs);
        return held.network[method](tree, x, { scope, pass: next(name), inputs });
      };
    return Object.defineProperties(by("apply"), {
      features: { value: by("features") },
      aside: { get: () => as(aside, pass) },
      unwatched: { get: () => as(aside, next) },
      parameters: { get: () => held.arena.pack(tree) },
      weights: { get: () => weightMatrices(held.network, tree) },
    }) as Applied;
  };
  return as(name, nextPass);
}

/** The scope of sites that no probe looks at. */
export const aside = "aside";

/** An object with a value for each name, which is made when it is asked for; another name is an error. */
function record<Value>(kind: string, names: readonly string[], make: (name: string) => Value): Record<string, Value> {
  const known = Object.fromEntries(names.map((name) => [name, once(() => make(name))]));
  return new Proxy<Record<string, Value>>(
    {},
    {
      get: (_, name) => {
        const value = typeof name === "string" && Object.hasOwn(known, name) ? known[name] : undefined;
        if (value) return value();
        throw unknownName("The game", kind, String(name), known);
      },
      has: (_, name) => Object.hasOwn(known, name),
      ownKeys: () => [...names],
      getOwnPropertyDescriptor: (_, name) =>
        Object.hasOwn(known, name) ? { enumerable: true, configurable: true } : undefined,
    },
  );
}

/** @throws ShapeError, OptionError for anything but a tensor of this shape. */
function checked(what: string, drawn: unknown, shape: Shape): Tensor {
  if (!isTensor(drawn)) throw new OptionError(`The game: ${what} drew ${describe(drawn)}; it must draw a tensor.`);
  if (sameShape(drawn.shape, shape)) return drawn;
  throw new ShapeError(`The game: ${what} drew ${formatShape(drawn.shape)} instead of ${formatShape(shape)}.`);
}

const pick = (from: Tensors, names: readonly string[]): Tensors =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
