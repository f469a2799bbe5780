/**
 * Plain WebGPU for lists of dispatches that are wired by hand: a device of their own, pipelines whose source is written out,
 * and bind groups that are made before anything runs.
 */

/** One dispatch of a list, with all that it needs. */
export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly workgroups: number;
  /** Of everything that it reads and writes, each place once. */
  readonly bytes: number;
}

/** The text of a kernel, whose entry point is `main`. */
export interface Kernel {
  readonly code: string;
  readonly workgroups: number;
  readonly bytes: number;
}

export interface Wires {
  readonly device: GPUDevice;
  /** Whether neighbours are always four: then a quad can share what each of its lanes has loaded. */
  readonly hasQuads: boolean;
  /** A storage buffer of given values, or of so many zeros. */
  buffer(contents: Float32Array | number): GPUBuffer;
  /** The kernel on buffers that are bound in order. */
  wire(kernel: Kernel, buffers: readonly GPUBuffer[]): Promise<Dispatch>;
  /** Runs a list so many times; does not wait. */
  run(list: readonly Dispatch[], times: number): void;
  /** Waits for all that runs. @throws Error for what WebGPU has complained of. */
  read(buffer: GPUBuffer, count?: number, first?: number): Promise<Float32Array>;
  dispose(): void;
}

/** Dispatches a submission: enough for its own cost to vanish, few enough for a browser not to take it for hung. */
const submittedDispatches = 512;

export async function openWires(gpu: GPU): Promise<Wires> {
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error("There is no adapter for the hand-wired lists.");
  const { subgroupMinSize, subgroupMaxSize } = adapter.info;
  const hasQuads = adapter.features.has("subgroups") && subgroupMinSize === 4 && subgroupMaxSize === 4;
  const device = await adapter.requestDevice({ requiredFeatures: hasQuads ? ["subgroups"] : [] });
  const complaints: string[] = [];
  device.onuncapturederror = ({ error }) => complaints.push(error.message);

  return {
    device,
    hasQuads,
    buffer(contents) {
      const values = typeof contents === "number" ? undefined : contents;
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      const buffer = device.createBuffer({ size: 4 * (values?.length ?? Number(contents)), usage });
      if (values) device.queue.writeBuffer(buffer, 0, new Float32Array(values));
      return buffer;
    },
    async wire({ code, workgroups, bytes }, buffers) {
      const module = device.createShaderModule({ code });
      const pipeline = await device.createComputePipelineAsync({
        layout: "auto",
        compute: { module, entryPoint: "main" },
      });
      const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
      const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
      return { pipeline, group, workgroups, bytes };
    },
    run(list, times) {
      const timesAtOnce = Math.ceil(submittedDispatches / list.length);
      for (let done = 0; done < times; done += timesAtOnce) {
        const repeated = Array.from({ length: Math.min(timesAtOnce, times - done) }, () => list).flat();
        submit(device, repeated);
      }
    },
    async read(buffer, count = 1, first = 0) {
      const size = 4 * count;
      const copy = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, 4 * first, copy, 0, size);
      device.queue.submit([encoder.finish()]);
      await copy.mapAsync(GPUMapMode.READ);
      const values = new Float32Array(copy.getMappedRange().slice(0));
      copy.destroy();
      if (complaints.length > 0) throw new Error(complaints[0]);
      return values;
    },
    dispose: () => device.destroy(),
  };
}

/** One after the other, in one pass. */
function submit(device: GPUDevice, list: readonly Dispatch[]): void {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (const { pipeline, group, workgroups } of list) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(workgroups);
  }
  pass.end();
  device.queue.submit([encoder.finish()]);
}
