/** `io`: pictures of samples, as pixels and as PNG files. */
export { evenlyChosen, filmStrip, type ImageBatch } from "../io/film_strip.ts";
export { brokenColour, type ImageGridOptions, imageGrid, type Picture } from "../io/image_grid.ts";
export { besideEachOther, imagePairs } from "../io/image_pairs.ts";
export { encodePng, pngDataUri } from "../io/png.ts";
