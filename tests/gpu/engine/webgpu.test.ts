import { expect, test } from "vitest";

async function requestDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error("This browser has no WebGPU adapter.");
  return adapter.requestDevice();
}

test("the browser has a WebGPU adapter", async () => {
  const adapter = await navigator.gpu.requestAdapter();
  expect(adapter?.info.vendor).toBeTypeOf("string");
});

test("a compute shader adds two arrays", async () => {
  const device = await requestDevice();
  const module = device.createShaderModule({
    code: `
      @group(0) @binding(0) var<storage, read> a: array<f32>;
      @group(0) @binding(1) var<storage, read> b: array<f32>;
      @group(0) @binding(2) var<storage, read_write> sum: array<f32>;
      @compute @workgroup_size(64)
      fn main(@builtin(global_invocation_id) id: vec3u) {
        if (id.x < arrayLength(&sum)) { sum[id.x] = a[id.x] + b[id.x]; }
      }`,
  });
  const pipeline = await device.createComputePipelineAsync({ layout: "auto", compute: { module } });

  const length = 100;
  const numbers = Float32Array.from({ length }, (_, index) => index);
  const size = numbers.byteLength;
  const { STORAGE, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
  const [a, b, sum] = [0, 1, 2].map(() => device.createBuffer({ size, usage: STORAGE | COPY_DST | COPY_SRC }));
  const readable = device.createBuffer({ size, usage: MAP_READ | COPY_DST });
  device.queue.writeBuffer(a!, 0, numbers);
  device.queue.writeBuffer(
    b!,
    0,
    numbers.map((x) => 2 * x),
  );

  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [a!, b!, sum!].map((buffer, binding) => ({ binding, resource: { buffer } })),
    }),
  );
  pass.dispatchWorkgroups(Math.ceil(length / 64));
  pass.end();
  encoder.copyBufferToBuffer(sum!, 0, readable, 0, size);
  device.queue.submit([encoder.finish()]);

  await readable.mapAsync(GPUMapMode.READ);
  expect([...new Float32Array(readable.getMappedRange())]).toEqual([...numbers].map((x) => 3 * x));
  device.destroy();
});
