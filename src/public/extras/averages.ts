/** `saddlepoint/averages`: gives players of a game the option `average`, and GANs `generatorAverage`. */
import { extraAverages } from "../../gan/extras.ts";
import { buffersOfMeans } from "../../gan/mean_buffers.ts";
import { ParameterAverage, resolveAverage } from "../../gan/parameter_average.ts";

extraAverages.part = { resolveAverage, ParameterAverage, buffersOfMeans };
