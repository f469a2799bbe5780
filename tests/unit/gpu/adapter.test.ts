/** Engines without a GPU, or with one that computes wrongly. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import { selfTest } from "../../../src/engine/self_test.ts";
import { DeviceLostError, KernelError, NoWebGpuError, SaddlepointError } from "../../../src/errors/errors.ts";
import { describeAdapter } from "../../../src/gpu/adapter.ts";
import { formatBytes } from "../../../src/gpu/device.ts";
import type { Node } from "../../../src/graph/node.ts";
import type { TypedArray } from "../../../src/graph/shape.ts";
import { evaluate } from "../../reference/reference.ts";

afterEach(() => vi.unstubAllGlobals());

describe("without WebGPU, Engine.create", () => {
  test.each([
    ["navigator has no gpu", {}],
    ["there is no navigator", undefined],
  ])("says which browsers and runtimes have it, where %s", async (_, navigator) => {
    vi.stubGlobal("navigator", navigator);
    const created = Engine.create();
    await expect(created).rejects.toThrow(NoWebGpuError);
    await expect(created).rejects.toThrow(
      /^Engine\.create: there is no WebGPU here \(navigator\.gpu is missing\)\. Use a browser/,
    );
    await expect(created).rejects.toThrow(/Chrome 113, Safari 26, Firefox 141.*Deno.*Node pass \{ gpu \}/);
  });

  test("says what to look at where there is WebGPU but no adapter", async () => {
    const gpu = { requestAdapter: async () => null } as unknown as GPU;
    await expect(Engine.create({ gpu })).rejects.toThrow(NoWebGpuError);
    await expect(Engine.create({ gpu })).rejects.toThrow(
      /^Engine\.create: WebGPU is here, but it offers no adapter\..*chrome:\/\/gpu.*--use-webgpu-adapter=swiftshader/,
    );
  });

  test("asks for the power that was wished for", async () => {
    const requestAdapter = vi.fn(async () => null);
    const gpu = { requestAdapter } as unknown as GPU;
    await expect(Engine.create({ gpu, powerPreference: "low-power" })).rejects.toThrow(NoWebGpuError);
    expect(requestAdapter).toHaveBeenCalledWith({ powerPreference: "low-power" });
  });
});

describe("the self-test", () => {
  /** Float64 answers, rounded, of which one result may be changed. */
  const engine = (change: (results: TypedArray[]) => unknown = () => undefined) => ({
    evaluate: async (nodes: readonly Node[]) => {
      const results = evaluate(nodes).map((values, i) =>
        nodes[i]!.dtype === "f32" ? Float32Array.from(values) : Uint32Array.from(values),
      ) as TypedArray[];
      change(results);
      return results;
    },
  });

  test("passes right answers", async () => {
    await expect(selfTest(engine(), "right")).resolves.toBeUndefined();
  });

  const faults: readonly (readonly [string, (results: TypedArray[]) => unknown, number])[] = [
    ["a matrix product", ([product]) => product!.fill(product![77]! + 0.01, 77, 78), 77],
    ["a matrix product", ([product]) => product!.fill(0), 0],
    ["a sum over rows", ([, sum]) => sum!.fill(Number.NaN, 69), 69],
    ["tanh after a matrix product", ([, , tanh]) => tanh!.fill(Number.NaN, 5), 5],
    // A driver that assumes NaN away says 0 or 254.
    ["the exponent bits of NaN and infinity", ([, , , bits]) => bits!.fill(254, 1, 2), 1],
  ];
  test.each(faults)(
    "names %s when it is wrong, with the adapter, the element and both values",
    async (what, change, at) => {
      const run = selfTest(engine(change), "Brand X, driver 1.2");
      await expect(run).rejects.toThrow(KernelError);
      await expect(run).rejects.toThrow(
        new RegExp(
          `^Self-test: this GPU or its driver \\(Brand X, driver 1\\.2\\) computes ${what} wrongly: element ${at} is .*, and ` +
            "should be .*\\. Update the driver .* \\{ selfTest: false \\} skips this check\\.$",
        ),
      );
    },
  );
});

describe("an adapter in one line", () => {
  const none = { vendor: "", architecture: "", device: "", description: "", software: false };
  test.each([
    [{ ...none, vendor: "nvidia", architecture: "hopper" }, "nvidia, hopper"],
    [{ ...none, vendor: "apple", description: "Apple M2" }, "Apple M2, apple"],
    [{ ...none, vendor: "google", device: "0xc0de", software: true }, "0xc0de, google (software, on the CPU)"],
    [none, "unnamed adapter"],
  ])("%o", (adapter, line) => {
    expect(describeAdapter(adapter)).toBe(line);
  });
});

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.00 KiB"],
  [10240, "10.0 KiB"],
  [3.5 * 2 ** 30, "3.50 GiB"],
])("%d bytes are written as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("every error has its class's name and is a SaddlepointError", () => {
  const error = new DeviceLostError("gone");
  expect(error).toBeInstanceOf(SaddlepointError);
  expect(String(error)).toBe("DeviceLostError: gone");
});
