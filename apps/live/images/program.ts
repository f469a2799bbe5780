/** What the page trains, as a program. */
import type { ImageSetName } from "../../job/options/data_sets.ts";
import { call, literal } from "../shared/code/literal.ts";
import { inComment, named, programText } from "../shared/code/program.ts";
import type { OwnDescription } from "./open_images.ts";
import { modelOptionsOf, optionsOf } from "./options.ts";
import type { Setup } from "./setup.ts";

const sources = { glyphs: "data.glyphs", triangles: "data.triangles" } as const satisfies Record<ImageSetName, string>;

/** What a program needs to know of the images that the page trains on. */
export interface TrainedImages {
  /** As they came in. */
  readonly shape: readonly number[];
  /** Where they are the user's. */
  readonly own?: OwnDescription;
}

export function programOf(setup: Setup, { shape, own }: TrainedImages): string {
  const [height, width, channels = 1] = shape;
  const { imageSize } = setup;
  const isFramed = own !== undefined && (height !== imageSize || width !== imageSize);
  const images = own
    ? ownImages(own, setup)
    : [`const images = ${call(sources[setup.data === "own" ? "glyphs" : setup.data], { size: imageSize }).text};`];
  const model = call("gan.createModel", setup.model, modelOptionsOf(setup, channels));
  return programText({
    about: `A GAN of images, as the live page trains it: ${own?.title ?? setup.data}.`,
    imports: ["data", "io"],
    before: [...images, ...(isFramed ? [frame(imageSize)] : []), `const { generator, discriminator } = ${model.text};`],
    options: {
      generator: named("generator"),
      discriminator: named("discriminator"),
      data: named(isFramed ? "framed" : "images"),
      ...optionsOf(setup, channels),
    },
    steps: setup.steps,
    after: [
      "",
      "const { values, shape } = await trainer.sample(64);",
      "const { pixels, width, height, channels } = io.imageGrid(values, shape, { columns: 8 });",
      "console.log(io.pngDataUri(await io.encodePng(pixels, width, height, channels)));",
    ],
  });
}

/** More names than this are no list to read. */
const mostNames = 20;

/** The reader's own files, which the program has to find. */
function ownImages({ kind, title: name, files, labels, hasFolders }: OwnDescription, setup: Setup): readonly string[] {
  const load = "const load = async (address: string) => (await fetch(address)).arrayBuffer();";
  const your = "// Your own files: put their addresses here.";
  const [first = ""] = files;
  if (kind === "idx") {
    const options = {
      name,
      ...(labels !== undefined && { labelsBytes: named(`await load(${JSON.stringify(labels)})`) }),
    };
    return [your, load, `const images = await data.idxImages(await load(${literal(first)}), ${literal(options)});`];
  }
  const list =
    files.length <= mostNames
      ? `const files = ${literal(files)};`
      : `const files: string[] = [/* ${files.length} of them, such as ${inComment(literal(first))} */];`;
  if (kind === "cifar10") {
    return [your, load, list, `const images = data.cifar10(await Promise.all(files.map(load)), ${literal({ name })});`];
  }
  const { imageSize: size, colours } = setup;
  const options = {
    name,
    size,
    channels: colours === "grey" ? 1 : 3,
    onBad: "skip",
    ...(hasFolders && { labelOf: named("data.folderOf") }),
  };
  return [your, list, `const images = await data.imageFiles(files, ${literal(options)});`];
}

/** The images in the middle of black squares, as the page has them. */
const frame = (size: number) => `
// In the middle of black squares of ${size} x ${size} pixels.
const [high = 0, wide = 0, deep = 0] = images.sampleShape;
const [top, left] = [Math.floor((${size} - high) / 2), Math.floor((${size} - wide) / 2)];
const padded = new Uint8Array(images.count * ${size} * ${size} * deep);
for (let row = 0; row < images.count * high; row++) {
  const line = Math.floor(row / high) * ${size} + top + (row % high);
  const pixels = images.values.subarray(row * wide * deep, (row + 1) * wide * deep);
  padded.set(pixels, (line * ${size} + left) * deep);
}
const framed = data.images({ values: padded, shape: [images.count, ${size}, ${size}, deep], name: images.name });
`;
