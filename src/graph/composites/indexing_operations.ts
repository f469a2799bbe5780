import { cumsum, topK } from "./along_axis.ts";
import { oneHot, scatterAddAlong, stridedSlice, takeAlong } from "./indexing.ts";
import { padBy } from "./padding.ts";

/** What tensors can do with the `saddlepoint/indexing` extra. */
export const indexingOperations = { cumsum, oneHot, padBy, scatterAddAlong, stridedSlice, takeAlong, topK } as const;

export type IndexingOperations = typeof indexingOperations;
