/** `saddlepoint/verify`: has engines with the option `debug` check what each pass of the compiler leaves to the next. */
import { extraVerifier } from "../compile/plan/compile_graph.ts";
import { verifier } from "../compile/verify/verify.ts";

extraVerifier.part = verifier;
