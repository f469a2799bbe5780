/** The calls of files that other programs read: the entries `saddlepoint/files`, `saddlepoint/onnx` and `saddlepoint/generator`. */
import { nn } from "saddlepoint";
import * as files from "../../../src/public/files.ts";
import * as generator from "../../../src/public/generator.ts";
import * as onnx from "../../../src/public/onnx.ts";
import { calls } from "./data_calls.ts";
import { type Argument, argument, type Call, options, record } from "./spec.ts";

const array = { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) };
const time = options({ step: argument("index", 3), seconds: argument("number", 1.5) });
const tag = argument("text", "loss");
const count = argument("count", 4);
const number = argument("number", 0.5);
const text = argument("text?", "mine");
const archive = files.writeNpz({
  images: { shape: [2, 1, 2], values: Uint8Array.of(0, 100, 200, 255) },
  kinds: { shape: [2], values: Uint8Array.of(0, 1) },
  mine: array,
});
const one = argument("object", Float32Array.of(1));
const square = nn.network([2], [nn.linear(2, { bias: false })]);
const network = { network: nn.mlp([2, 3, 1]), parameters: new Float32Array(13) };
const telemetry = argument("list", [{ columns: [{ name: "loss", offset: 0, size: 1 }], rows: [] }]);
const columns: Argument = { ...options({ probe: argument("text?", "loss") }), kind: "filter" };

export const fileCalls: readonly Call[] = [
  ...calls("files", files, {
    eventFileHeader: [number],
    sessionStartEvent: [time],
    scalarEvent: [time, argument("map", { loss: 0.5 })],
    imageEvent: [
      time,
      tag,
      argument("bytes", new Uint8Array(4)),
      options({ width: count, height: count, channels: count }),
    ],
    histogramEvent: [
      time,
      tag,
      options({
        limits: argument("numbers", [1, 2]),
        counts: argument("numbers", [3, 4]),
        min: number,
        max: number,
        sum: number,
        sumOfSquares: number,
      }),
    ],
    readNpy: [argument("bytes", files.writeNpy(array)), text],
    writeNpy: [record({ shape: argument("counts", array.shape), values: argument("object", array.values) })],
    readNpz: [argument("bytes", files.writeNpz({ array })), text],
    writeNpz: [argument("map", { array })],
    readPoints: [
      argument("bytes", new TextEncoder().encode("x,y,label\n1,2,0\n3,4,1\n")),
      options({
        labels: argument("index?", 2),
        columns: argument("counts?", [0, 1]),
        separator: argument("name?", ","),
        header: argument("flag?", true),
        name: text,
      }),
    ],
    readImages: [
      argument("bytes", archive),
      options({
        array: argument("name?", "images"),
        labels: argument("name?", "kinds"),
        range: argument("pair?", [0, 255]),
        name: text,
      }),
    ],
    telemetryCsv: [telemetry, options({ columns })],
    telemetryJsonLines: [telemetry, options({ columns })],
    telemetryEvents: [telemetry, options({ columns, seconds: argument("time?", 1.5) })],
    importWeights: [
      argument("bytes", files.writeSafetensors({ w: { shape: [2, 2], values: array.values } })),
      argument("object", square),
      record({ "0/weight": argument("name", "w") }),
      options({ ignore: argument("list?", []) }),
    ],
    readSafetensors: [argument("bytes", files.writeSafetensors({ array }))],
    writeSafetensors: [argument("map", { array }), argument("map?", { note: "a text" })],
  }),
  ...calls("files", files, {
    readPoints: [
      argument("bytes", archive),
      options({ array: argument("name?", "mine"), labels: argument("name?", "kinds"), name: text }),
    ],
  }),
  ...calls("onnx", onnx, {
    exportOnnx: [
      options({
        network: argument("object", network.network),
        parameters: argument("object", network.parameters),
        buffers: argument("options?", {}),
        name: text,
        layout: argument("name?", "NCHW"),
        scale: argument("object?", undefined),
      }),
    ],
    importOnnx: [argument("bytes", onnx.exportOnnx(network))],
  }),
  ...calls("generator", generator, {
    generatorFile: [
      options({
        network: argument("object", network.network),
        parameters: argument("object", network.parameters),
        buffers: argument("options?", {}),
        latentShape: argument("counts?", [1, 2]),
        sampleShape: argument("counts?", [1, 1]),
        classes: argument("count?", undefined),
        classNames: argument("list?", undefined),
        scale: { ...options({ factor: one, offset: one }), isOptional: true },
      }),
    ],
  }),
];
