/** Every entry of the package, for the compilers to resolve. */
import * as main from "saddlepoint";
import "saddlepoint/averages";
import "saddlepoint/checkpoints";
import "saddlepoint/compile";
import type * as core from "saddlepoint/core";
import * as data from "saddlepoint/data";
import "saddlepoint/diagnosis";
import "saddlepoint/experiments";
import "saddlepoint/explain";
import "saddlepoint/files";
import * as gan from "saddlepoint/gan";
import "saddlepoint/generator";
import "saddlepoint/images";
import * as io from "saddlepoint/io";
import * as metrics from "saddlepoint/metrics";
import "saddlepoint/mixed";
import "saddlepoint/modes";
import * as nn from "saddlepoint/nn";
import "saddlepoint/onnx";
import "saddlepoint/operations";
import * as optim from "saddlepoint/optim";
import * as probes from "saddlepoint/probes";
import "saddlepoint/recompute";
import "saddlepoint/sampler";
import "saddlepoint/snapshots";
import "saddlepoint/steward";
import "saddlepoint/tuning";
import "saddlepoint/verify";

/** The main entry has all that the others have. */
export const parts: Omit<typeof main, keyof typeof core> = { data, gan, io, metrics, nn, optim, probes };
export const theCore: typeof core = main;
