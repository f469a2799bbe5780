/**
 * This engine's side of the comparison, from what a user would use: `engine.plan`, `nn`, `optim` and the trainer's own losses.
 * Not the trainer itself, since it draws its own random numbers, and the engines must agree on theirs. The steps are the
 * trainer's: the discriminator's plan as often as it says, then the generator's.
 */
import {
  type Engine,
  gan,
  grad,
  nn,
  optim,
  type Plan,
  type State,
  Tensor,
  type TensorTree,
  valueAndGrad,
  vjp,
} from "saddlepoint";
import { planFacts } from "../core/plan_runner.ts";
import type { Runner } from "../core/workload.ts";
import { passTensors } from "../workloads/convolution.ts";
import { chain } from "../workloads/elementwise.ts";
import { answerOf } from "./answer.ts";
import {
  adam,
  type BatchNormProblem,
  epsilon,
  type Game,
  judgedIterations,
  type KernelProblem,
  kernel,
  type Layer,
  type Player,
  type Problem,
} from "./problem.ts";

export async function prepare(engine: Engine, problem: Problem): Promise<Runner> {
  if (problem.kind === "game") return gameRunner(engine, problem.game);
  const results = kernelOutputs(engine, problem);
  const outputs = Object.fromEntries(results.map((result, i) => [`result ${i}`, result]));
  const plan = await engine.plan({ label: problem.kind, outputs });
  return {
    run: (times) => plan.run(times),
    answer: async () => answerOf(problem, await plan.read()),
    facts: async () => planFacts([{ plan, times: 1 }]),
    dispose: () => plan.dispose(),
  };
}

function kernelOutputs(engine: Engine, problem: KernelProblem): readonly Tensor[] {
  switch (problem.kind) {
    case "matmul": {
      const { size, a, b } = problem;
      return [engine.tensor(a, [size, size]).matmul(engine.tensor(b, [size, size]))];
    }
    case "convolution": {
      const tensors = passTensors(engine, problem.convolution);
      return problem.pass === "forward" ? [tensors.forward] : [tensors["input gradient"], tensors["filter gradient"]];
    }
    case "chain":
      return [chain.tensor(engine.tensor(problem.x, [problem.x.length]))];
    case "sum":
      return [engine.tensor(problem.x, [problem.x.length]).square().sum()];
    case "softmax":
      return [engine.tensor(problem.x, [problem.rows, problem.columns]).softmax()];
    case "batchNorm":
      return batchNormOutputs(engine, problem.batchNorm);
  }
}

function batchNormOutputs(engine: Engine, { shape, x, cotangent, scale, bias }: BatchNormProblem): readonly Tensor[] {
  const [, ...image] = shape;
  const network = nn.network(image, [nn.batchNorm({ epsilon })]);
  const arena = new nn.ParameterArena(engine, "batch norm", network);
  arena.state.write(Float32Array.from([...scale, ...bias]));
  const [y, pull] = vjp(
    ({ input, parameters }: { input: Tensor; parameters: TensorTree }) =>
      network.apply(parameters, input, { scope: "norm", pass: new nn.Pass({ mode: "training" }) }),
    { input: engine.tensor(x, shape), parameters: arena.unpack(arena.read()) },
  );
  const gradient = pull(engine.tensor(cotangent, shape));
  const channels = scale.length;
  const packed = arena.pack(gradient.parameters);
  return [y, gradient.input, packed.slice([0], [channels]), packed.slice([channels], [channels])];
}

const layers: { readonly [Kind in Layer["kind"]]: (layer: Extract<Layer, { readonly kind: Kind }>) => nn.Layer } = {
  linear: ({ outputs, bias }) => nn.linear(outputs, { bias }),
  down: ({ outputs, bias }) => nn.conv2d(outputs, { kernel, stride: 2, padding: 1, bias }),
  up: ({ outputs, bias }) => nn.convTranspose2d(outputs, { kernel, stride: 2, padding: 1, bias }),
  batchNorm: () => nn.batchNorm({ epsilon }),
  reshape: ({ shape }) => nn.reshape(shape),
  flatten: () => nn.flatten(),
  relu: () => nn.activation("relu"),
  leakyRelu: () => nn.activation("leakyRelu"),
  tanh: () => nn.activation("tanh"),
};

/** A network with its parameters and Adam's memory on the GPU. */
interface Learner {
  readonly network: nn.Network;
  readonly arena: nn.ParameterArena;
  step(gradient: TensorTree): (readonly [State, Tensor])[];
  apply(parameters: TensorTree, x: Tensor): Tensor;
  parameters(): TensorTree;
}

function learnerOf(
  engine: Engine,
  name: string,
  { inputShape, layers: specs, parameters }: Player,
  game: Game,
): Learner {
  const network = nn.network(
    inputShape,
    specs.map((layer) => layers[layer.kind](layer as never)),
  );
  const arena = new nn.ParameterArena(engine, name, network);
  const first = new Float32Array(arena.size);
  const values = parameters.flat().map((parameter) => parameter.values);
  for (const [i, { offset }] of arena.ranges.entries()) first.set(values[i] as Float32Array, offset);
  arena.state.write(first);
  const optimizer = optim.adam({ betas: [adam.beta1, adam.beta2], epsilon: adam.epsilon });
  const slots = optimizer.slots.map((slot) => engine.state(`${name} ${slot}`, [arena.size]));
  const steps = engine.state(`${name} steps`, [], "u32");
  return {
    network,
    arena,
    // Batch norm moves its running averages too, where the caller keeps them; no engine does here.
    apply: (tree, x) => network.apply(tree, x, { scope: name, pass: new nn.Pass({ mode: "training" }) }),
    parameters: () => arena.unpack(arena.read()),
    step(gradient) {
      const count = engine.read(steps);
      const after = optimizer.step({
        parameters: arena.read(),
        gradient: arena.pack(gradient),
        slots: slots.map((slot) => engine.read(slot)),
        step: count.cast("f32").add(1),
        learningRate: Tensor.scalar(game.learningRate),
      });
      return [
        [arena.state, after.parameters],
        ...slots.map((slot, i) => [slot, after.slots[i] as Tensor] as const),
        [steps, count.add(Tensor.scalar(1, "u32"))],
      ];
    },
  };
}

async function gameRunner(engine: Engine, game: Game): Promise<Runner> {
  const generator = learnerOf(engine, "generator", game.generator, game);
  const discriminator = learnerOf(engine, "discriminator", game.discriminator, game);
  const losses = engine.state("losses", [2]);
  const plans = [
    await discriminatorPlan(engine, game, generator, discriminator, losses),
    await generatorPlan(engine, game, generator, discriminator, losses),
  ] as const;
  const entries = [
    { plan: plans[0], times: game.criticSteps },
    { plan: plans[1], times: 1 },
  ];
  const loop = engine.loop(() => entries, { targetMilliseconds: 50 });
  const run = async (times: number) => {
    await loop.run(times);
    // Reading two numbers waits for the GPU.
    return [...new Float32Array((await engine.download([losses]))[0] as ArrayBuffer)];
  };
  let done = 0;
  let latest: number[] = [];
  return {
    async run(times) {
      latest = await run(times);
      done += times;
    },
    async answer() {
      const judged = [...latest];
      for (const iteration of judgedIterations.slice(1)) {
        judged.push(...(await run(iteration - done)));
        done = iteration;
      }
      return judged;
    },
    facts: async () => planFacts(entries),
    dispose() {
      for (const plan of plans) plan.dispose();
    },
  };
}

function discriminatorPlan(
  engine: Engine,
  game: Game,
  generator: Learner,
  discriminator: Learner,
  losses: State,
): Promise<Plan> {
  const real = engine.tensor(game.real, [game.batch, ...discriminator.network.inputShape]);
  const latent = engine.tensor(game.latents[0], [game.batch, ...generator.network.inputShape]);
  const fake = generator.apply(generator.parameters(), latent).reshape(real.shape).detach();
  const [loss, gradient] = valueAndGrad((parameters: TensorTree) => {
    const logits = bothLogits(discriminator, parameters, real, fake);
    const adversarial = gan.createLoss(game.loss).discriminator(logits.real, logits.fake);
    if (game.penaltyWeight === 0) return adversarial;
    const critic = (x: Tensor) => discriminator.apply(parameters, x);
    return adversarial.add(gradientPenalty(engine, game, critic, real, fake));
  })(discriminator.parameters());
  return engine.plan({
    label: "discriminator step",
    updates: [...discriminator.step(gradient), [losses, withLoss(engine, losses, 0, loss)]],
  });
}

function generatorPlan(
  engine: Engine,
  game: Game,
  generator: Learner,
  discriminator: Learner,
  losses: State,
): Promise<Plan> {
  const latent = engine.tensor(game.latents[1], [game.batch, ...generator.network.inputShape]);
  const sample = [game.batch, ...discriminator.network.inputShape];
  const [loss, gradient] = valueAndGrad((parameters: TensorTree) => {
    const fake = generator.apply(parameters, latent).reshape(sample);
    return gan.createLoss(game.loss).generator(discriminator.apply(discriminator.parameters(), fake));
  })(generator.parameters());
  return engine.plan({
    label: "generator step",
    updates: [...generator.step(gradient), [losses, withLoss(engine, losses, 1, loss)]],
  });
}

/** In one pass unless samples act on each other, as the trainer does. */
function bothLogits(discriminator: Learner, parameters: TensorTree, real: Tensor, fake: Tensor) {
  if (discriminator.network.mixesSamples) {
    return { real: discriminator.apply(parameters, real), fake: discriminator.apply(parameters, fake) };
  }
  const count = real.shape[0] as number;
  const both = discriminator.apply(parameters, Tensor.concat([real, fake]));
  return { real: both.slice([0, 0], [count, 1]), fake: both.slice([count, 0], [count, 1]) };
}

/** `gan.wganGp`, with given numbers in place of random ones. */
function gradientPenalty(
  engine: Engine,
  game: Game,
  critic: (x: Tensor) => Tensor,
  real: Tensor,
  fake: Tensor,
): Tensor {
  const mix = engine.tensor(game.mix, [game.batch, ...real.shape.slice(1).map(() => 1)]);
  const between = real.mul(mix).add(fake.mul(mix.neg().add(1)));
  const slope = grad((x: Tensor) => critic(x).sum())(between);
  const norms = slope.reshape([game.batch, -1]).square().sum(1).add(1e-12).sqrt();
  return norms.sub(1).square().mean().mul(game.penaltyWeight);
}

/** The state with one of its two losses replaced. */
function withLoss(engine: Engine, losses: State, position: 0 | 1, loss: Tensor): Tensor {
  const before = engine.read(losses);
  const parts = [before.slice([0], [1]), before.slice([1], [1])];
  parts[position] = loss.reshape([1]);
  return Tensor.concat(parts);
}
