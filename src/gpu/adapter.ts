import { type Kind, type Kinds, text } from "../errors/checks.ts";
import { NoWebGpuError, OptionError } from "../errors/errors.ts";

/** Where the GPU comes from. At most one of `device`, `adapter` and `gpu` is needed; without any, `navigator.gpu` is used. */
export interface DeviceSource {
  /** A device that the caller made; the library asks nothing more of its adapter. */
  readonly device?: GPUDevice;
  readonly adapter?: GPUAdapter;
  /** A `GPU` object, as Dawn gives in Node (`create([])` of the `webgpu` package) and Deno in `navigator.gpu`. */
  readonly gpu?: GPU;
  readonly powerPreference?: GPUPowerPreference;
}

/** An object of WebGPU, of whatever realm, by a method that it has. */
const webGpu = (type: string, method: string): Kind => ({
  is: (value) => typeof Object(value)[method] === "function",
  says: `a ${type}`,
});

export const deviceKinds: Kinds<DeviceSource> = {
  device: webGpu("GPUDevice", "createBuffer"),
  adapter: webGpu("GPUAdapter", "requestDevice"),
  gpu: webGpu("GPU", "requestAdapter"),
  powerPreference: text,
};

/** What is known of the adapter. Browsers may leave any of the four names empty. */
export interface AdapterSummary {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** True for an adapter that runs on the CPU, such as SwiftShader or lavapipe. */
  readonly software: boolean;
}

/** Limits worth raising above their defaults: they decide how large a tensor and how fused a kernel may be. */
const usefulLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

const usefulFeatures = ["timestamp-query", "subgroups", "shader-f16"] as const;

/**
 * Kept for good: Dawn in Node frees its instance with the `GPU` object, and the process crashes once that is collected
 * while a device lives, as it would after `Engine.create({ gpu: create([]) })`.
 */
const gpusInUse = new Set<GPU>();

const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software/i;

/**
 * @param where the function that the user called.
 * @throws NoWebGpuError if there is none; OptionError for an adapter that was used up.
 */
export async function acquireDevice(
  where: string,
  source: DeviceSource,
): Promise<{ device: GPUDevice; adapter: AdapterSummary }> {
  if (source.device) return { device: source.device, adapter: summarise(source.device.adapterInfo, false) };
  const adapter = source.adapter ?? (await requestAdapter(where, source));
  const requiredLimits: Record<string, number> = {};
  for (const name of usefulLimits) requiredLimits[name] = adapter.limits[name];
  const requiredFeatures = usefulFeatures.filter((name) => adapter.features.has(name));
  const descriptor = { label: "saddlepoint", requiredLimits, requiredFeatures };
  const device = await adapter.requestDevice(descriptor).catch((reason: unknown) => {
    throw new OptionError(
      `${where}: the adapter gives no device; one adapter gives one device, once, so request another adapter, or ` +
        `pass the \`device\` itself. It says: ${String(reason)}`,
    );
  });
  const isFallback = (adapter as { isFallbackAdapter?: boolean }).isFallbackAdapter === true;
  return { device, adapter: summarise(adapter.info, isFallback) };
}

async function requestAdapter(where: string, source: DeviceSource): Promise<GPUAdapter> {
  const gpu = source.gpu ?? (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!gpu) {
    throw new NoWebGpuError(
      `${where}: there is no WebGPU here (navigator.gpu is missing). Use a browser that has it (Chrome 113, ` +
        "Safari 26, Firefox 141 or newer) on a page from https:// or http://localhost, run Deno with " +
        "--unstable-webgpu, or in Node pass { gpu } from the `webgpu` package.",
    );
  }
  gpusInUse.add(gpu);
  const options = source.powerPreference ? { powerPreference: source.powerPreference } : {};
  const adapter = await gpu.requestAdapter(options);
  if (!adapter) {
    throw new NoWebGpuError(
      `${where}: WebGPU is here, but it offers no adapter. The GPU may be blocked or its driver too old: look at ` +
        "chrome://gpu, or start Chrome with --enable-unsafe-webgpu --use-webgpu-adapter=swiftshader to run on the CPU.",
    );
  }
  return adapter;
}

function summarise(info: GPUAdapterInfo | undefined, isFallback: boolean): AdapterSummary {
  const names = {
    vendor: info?.vendor ?? "",
    architecture: info?.architecture ?? "",
    device: info?.device ?? "",
    description: info?.description ?? "",
  };
  const software =
    isFallback ||
    (info as { isFallbackAdapter?: boolean } | undefined)?.isFallbackAdapter === true ||
    softwareNames.test(Object.values(names).join(" "));
  return { ...names, software };
}

/** The adapter's name in one line, for people. */
export function describeAdapter(adapter: AdapterSummary): string {
  const names = [adapter.description || adapter.device, adapter.vendor, adapter.architecture].filter(Boolean);
  return `${[...new Set(names)].join(", ") || "unnamed adapter"}${adapter.software ? " (software, on the CPU)" : ""}`;
}
