/** Images: a small DCGAN, with the training that was published with it, on signs that the library draws; samples as a PNG. */
import { data, Engine, gan, io } from "saddlepoint";

const engine = await Engine.create();
const glyphs = data.glyphs({ count: 500 });
console.log(`${glyphs.count} images of ${glyphs.sampleShape.join(" x ")}: ${glyphs.classNames.join(", ")}`);

const { generator, discriminator, training } = gan.dcgan({ imageSize: 28, width: 8, latent: 16 });
const trainer = await gan.Trainer.create(engine, {
  ...training, // the loss, the optimisers and the number of discriminator steps
  batchSize: 16,
  generator,
  discriminator,
  data: glyphs,
});

// A grid is always of the same latent vectors: frames of it show how each image comes about.
for await (const { step, losses, grid } of trainer.train({ steps: 20, reportEvery: 10, grid: 16 })) {
  if (!grid) continue;
  const { pixels, width, height, channels } = io.imageGrid(grid.values, grid.shape, { columns: 4 });
  const png = await io.encodePng(pixels, width, height, channels);
  console.log(step, losses, `${width} x ${height} pixels`, io.pngDataUri(png));
}
