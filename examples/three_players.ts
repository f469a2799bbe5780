/** A game of three players as a table: a second critic, who sees distances alone, beside a usual pair. */
import { data, Engine, gan, nn, type Tensor } from "saddlepoint";

const critic = () => nn.mlp([2, 32, 1], { activation: "leakyRelu" });
const distance = (points: Tensor) => points.square().sum(1, { keepDims: true }).add(1e-6).sqrt();
const real = (logits: Tensor) => logits.neg().softplus().mean();
const fake = (logits: Tensor) => logits.softplus().mean();

const game = gan.game({
  networks: { generator: nn.mlp([2, 32, 2]), place: critic(), radius: nn.mlp([1, 16, 1], { activation: "leakyRelu" }) },
  data: data.gaussianRing(),
  priors: { latent: gan.normalPrior([2]) },
  players: {
    place: {
      moves: ["place"],
      terms: ({ networks: { generator, place }, batch, priors: { latent } }) => ({
        judged: real(place(batch.samples)).add(fake(place(generator.aside(latent)))),
      }),
    },
    radius: {
      moves: ["radius"],
      terms: ({ networks: { generator, radius }, batch, priors: { latent } }) => ({
        judged: real(radius(distance(batch.samples))).add(fake(radius(distance(generator.aside(latent))))),
      }),
    },
    generator: {
      moves: ["generator"],
      weights: { radius: 0.5 }, // a control, which can be moved while it trains
      terms: ({ networks: { generator, place, radius }, priors: { latent } }) => {
        const samples = generator(latent);
        return { place: real(place(samples)), radius: real(radius(distance(samples))) };
      },
    },
  },
  sample: ({ networks, priors }) => networks.generator(priors.latent),
});
const trainer = await gan.Trainer.create(await Engine.create(), { ...game, batchSize: 64 });
for await (const { step, losses } of trainer.train({ steps: 100, reportEvery: 50 })) console.log(step, losses);
