/** A training loop of your own, without a trainer: two losses, their gradients and plain descent, compiled into one plan. */
import { Engine, grad, nn, Random, Tensor } from "saddlepoint";

const engine = await Engine.create();
const generator = new nn.ParameterArena(engine, "generator", nn.mlp([2, 32, 2]));
const critic = new nn.ParameterArena(engine, "critic", nn.mlp([2, 32, 1], { activation: "leakyRelu" }));
await generator.initialise(1, 0);
await critic.initialise(1, 1_000);

// What is drawn depends on the seed and on the count of steps, a state that the plan moves on.
const steps = engine.state("steps", [], "u32");
const random = new Random(engine.tensor(1, [], "u32"), engine.read(steps));
const real = random.normal([64, 2]).mul(0.2).add(1);
const latent = random.normal([64, 2]);

const samples = (weights: Tensor) => generator.network.apply(generator.unpack(weights), latent);
const logits = (weights: Tensor, x: Tensor) => critic.network.apply(critic.unpack(weights), x);
const [g, c] = [generator.read(), critic.read()];
const asReal = (logit: Tensor) => logit.neg().softplus().mean();
const fooled = (weights: Tensor) => asReal(logits(c, samples(weights)));
const judged = (weights: Tensor) => asReal(logits(weights, real)).add(logits(weights, samples(g)).softplus().mean());

const plan = await engine.plan({
  outputs: { middle: samples(g).mean(0), fooled: fooled(g), judged: judged(c) },
  updates: [
    [generator.state, g.sub(grad(fooled)(g).mul(0.05))],
    [critic.state, c.sub(grad(judged)(c).mul(0.05))],
    [steps, engine.read(steps).add(Tensor.scalar(1, "u32"))],
  ],
});
for (const step of [200, 400, 600]) {
  await plan.run(200); // no allocation, no upload, no read
  const [middle, ...losses] = await plan.read();
  console.log(step, "middle of the samples:", middle, "losses:", ...losses);
}
