/** `saddlepoint/averages`: gives players of a game the option `average`, and GANs `generatorAverage`. */

import { ParameterAverage, resolveAverage } from "../../gan/game/parameter_average.ts";
import { extraAverages } from "../../gan/steps/averages.ts";
import { buffersOfMeans } from "../../gan/steps/mean_buffers.ts";
import { extraMeanBuffers } from "../../gan/steps/sampling.ts";

extraAverages.part = { resolveAverage, ParameterAverage };
extraMeanBuffers.part = buffersOfMeans;
