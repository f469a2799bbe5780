import { assertKeys, assertKind, list, object } from "../../errors/checks.ts";
import type { OptimizerChoice } from "../../optim/optimizer_config.ts";
import type { ResolvedOptimizer } from "../../optim/optimizer_kind.ts";
import { aChange, type Change, type Remedy } from "../../probes/remedies.ts";
import type { GanParts } from "../adversary/gan_game.ts";
import { resolveParts, trainerKinds } from "./config.ts";
import { byName } from "./names.ts";
import type { TrainerConfig } from "./trainer_config.ts";

type Player = keyof GanParts["optimizers"];

const players: readonly Player[] = ["generator", "discriminator"];

/**
 * A configuration with the changes of a remedy, for `Trainer.create`; advice, which no option can follow, changes nothing.
 *
 *   const [remedy] = finding.remedies;
 *   const other = await gan.Trainer.create(engine, gan.remedied(config, remedy));
 *
 * @throws OptionError for a configuration that does not fit together, before or after.
 */
export function remedied(config: TrainerConfig, remedy: Remedy): TrainerConfig {
  assertKeys<TrainerConfig>("remedied", config, trainerKinds);
  assertKind("remedied", "the remedy", remedy, object);
  const { changes } = remedy;
  assertKind("remedied", "the changes", changes, list);
  for (const change of changes) assertKind("remedied", "a change", change, aChange);
  const changed = changes.reduce(withChange, config);
  resolveParts(ofGame(changed), byName);
  return changed;
}

function withChange(config: TrainerConfig, change: Change): TrainerConfig {
  const parts = resolveParts(ofGame(config), byName);
  const { optimizers } = parts;
  switch (change.kind) {
    case "advice":
      return config;
    case "loss":
    case "play":
      // A name of the registry, as everywhere in remedies; resolving it tells if it is none.
      return { ...config, [change.kind]: { type: change.name, ...change.options } };
    case "penalty":
    case "trick": {
      const key = change.kind === "penalty" ? "penalties" : "tricks";
      const present = [config[key] ?? []].flat(3);
      return { ...config, [key]: [...present, { type: change.name, ...change.options }] };
    }
    case "optimizer":
      return { ...config, optimizer: eachPlayer(() => choice({ type: change.name, ...change.options })) };
    case "momentum":
      return { ...config, optimizer: eachPlayer((player) => withMomentum(optimizers[player], change.value)) };
    case "scale":
      return scaled(config, parts, change.name, change.factor);
  }
}

function scaled(config: TrainerConfig, parts: GanParts, name: string, factor: number): TrainerConfig {
  const { batchSize = 128 } = config;
  const whole = (value: number) => Math.max(1, Math.round(value * factor));
  if (name === "discriminatorSteps") return { ...config, discriminatorSteps: whole(parts.discriminatorSteps) };
  if (name === "batchSize") return { ...config, batchSize: whole(batchSize) };
  const mover = players.find((player) => name === `${player}LearningRate`);
  if (mover) {
    const rateOf = (player: Player) => parts.optimizers[player].lr * (player === mover ? factor : 1);
    return {
      ...config,
      optimizer: eachPlayer((player) => choice({ ...parts.optimizers[player].config, lr: rateOf(player) })),
    };
  }
  const penalties = parts.penalties.map(({ name: penalty, entry, weight, interval, options }) => ({
    type: entry,
    ...options,
    interval,
    weight: name === `${penalty}Weight` ? weight * factor : weight,
  }));
  return { ...config, penalties };
}

const eachPlayer = (of: (player: Player) => OptimizerChoice) => ({
  generator: of("generator"),
  discriminator: of("discriminator"),
});

/** What has betas gets another first one; what has a momentum, that. */
function withMomentum({ name, config, lr }: ResolvedOptimizer, value: number): OptimizerChoice {
  const { betas }: Readonly<Record<string, unknown>> = { ...config };
  const second = Array.isArray(betas) ? Number(betas[1]) : 0.999;
  if (typeof config.type !== "string") return choice({ ...config, lr });
  if (/adam/i.test(name)) return choice({ ...config, lr, betas: [value, second] });
  return choice(name === "sgd" ? { ...config, lr, momentum: value } : { ...config, lr });
}

/** The table of a trainer without what says how it is run. */
function ofGame(config: TrainerConfig) {
  const { generator, discriminator, data, loss, penalties, tricks, play, optimizer, discriminatorSteps } = config;
  return {
    generator,
    discriminator,
    data,
    ...(loss !== undefined && { loss }),
    ...(penalties !== undefined && { penalties }),
    ...(tricks !== undefined && { tricks }),
    ...(play !== undefined && { play }),
    ...(optimizer !== undefined && { optimizer }),
    ...(discriminatorSteps !== undefined && { discriminatorSteps }),
  };
}

/** Its options are checked when it is resolved. */
const choice = (given: object): OptimizerChoice => given as OptimizerChoice;
