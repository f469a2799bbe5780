/** `saddlepoint/averages`: gives players of a game the option `average`, and GANs `generatorAverage`. */
import { extraAverages } from "../../gan/averages.ts";
import { buffersOfMeans } from "../../gan/mean_buffers.ts";
import { ParameterAverage, resolveAverage } from "../../gan/parameter_average.ts";
import { extraMeanBuffers } from "../../gan/sampling.ts";

extraAverages.part = { resolveAverage, ParameterAverage };
extraMeanBuffers.part = buffersOfMeans;
