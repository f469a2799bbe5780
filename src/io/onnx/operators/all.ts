import { arranging } from "./arranging.ts";
import { elementwise } from "./elementwise.ts";
import { images } from "./images.ts";
import type { Call, Operand } from "./operand.ts";

/** Every operator that is read, by its name in ONNX: all that `exportOnnx` writes. */
export const operators: Readonly<Record<string, (call: Call) => Operand>> = { ...elementwise, ...images, ...arranging };
