/**
 * `saddlepoint/verify`: has engines with the option `debug` check what each pass of the compiler leaves to the next, and
 * `String(tensor)` print the graph that the tensor is computed by.
 */
import { extraVerifier } from "../compile/plan/compile_graph.ts";
import { verifier } from "../compile/verify/verify.ts";
import { printGraph } from "../graph/print_graph.ts";
import { Tensor } from "../tensor/tensor.ts";

extraVerifier.part = verifier;

Tensor.prototype.toString = function (this: Tensor) {
  return printGraph([this.node]);
};
