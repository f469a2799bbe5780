/** `saddlepoint/images`: gives tensors their methods for images, and engines what compiles convolutions. */
import "./image_methods.ts";
import { extraConvolutions } from "../compile/gemm/convolution_compiler.ts";
import { convolutionMap, convolutionSizes } from "../compile/gemm/convolution_map.ts";
import { convolutionByOthers } from "../compile/lower/lower_convolution.ts";

extraConvolutions.part = { byOthers: convolutionByOthers, sizes: convolutionSizes, map: convolutionMap };
