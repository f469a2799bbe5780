/** `saddlepoint/compile`: gives engines the method `compile`. */
import { compiledFunction } from "../engine/compiled_function.ts";
import { extraCompiling } from "../engine/engine.ts";

extraCompiling.part = compiledFunction;
