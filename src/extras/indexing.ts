/** `saddlepoint/indexing`: gives tensors what pads them by their elements, picks elements by index, and orders them. */
import { indexingOperations } from "../graph/composites/indexing_operations.ts";
import { extraIndexing } from "../tensor/indexing_methods.ts";

extraIndexing.part = indexingOperations;
