/** `saddlepoint/compile`: gives engines the method `compile`. */
import { compiledFunction } from "../compiled_function.ts";
import { extraCompiling } from "../engine.ts";

extraCompiling.part = compiledFunction;
