import type { Workload } from "../core/workload.ts";
import { convolutionWorkload } from "./convolution.ts";
import { chainWorkload, softmaxWorkload, sumWorkload } from "./elementwise.ts";
import { matmulWorkload } from "./matmul.ts";
import { publishedSizes, type Sizes } from "./sizes.ts";
import { batchesWorkload, probesWorkloads, trainingWorkloads } from "./training.ts";

/** What this engine is measured at by itself. A new workload is a file and a line here. */
export function ownWorkloads(sizes: Sizes = publishedSizes): Workload[] {
  return [
    ...sizes.matmul.map(matmulWorkload),
    ...sizes.convolution.map((shape) => convolutionWorkload(shape, sizes.referenceMatmul)),
    chainWorkload(sizes.elements),
    sumWorkload(sizes.elements),
    softmaxWorkload(...sizes.softmax),
    ...trainingWorkloads(sizes.plane, sizes.images),
    ...probesWorkloads(sizes.plane, sizes.images),
    batchesWorkload(sizes.plane),
  ];
}
