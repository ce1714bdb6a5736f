/** Clears a WebGPU canvas to a known colour and lists what is dropped on the page. */
const output = document.querySelector('output');

async function draw() {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return 'no adapter';
  const device = await adapter.requestDevice();
  const context = document.querySelector('canvas').getContext('webgpu');
  context.configure({ device, format: navigator.gpu.getPreferredCanvasFormat() });
  const frame = () => {
    const encoder = device.createCommandEncoder();
    const view = context.getCurrentTexture().createView();
    const clearValue = { r: 1, g: 0.5, b: 0, a: 1 };
    encoder
      .beginRenderPass({ colorAttachments: [{ view, clearValue, loadOp: 'clear', storeOp: 'store' }] })
      .end();
    device.queue.submit([encoder.finish()]);
    requestAnimationFrame(frame);
  };
  frame();
  return `adapter ${adapter.info.vendor} ${adapter.info.architecture}`;
}

async function describeHandle(handle) {
  if (handle.kind === 'file') return `${handle.name} ${(await handle.getFile()).size}`;
  const names = [];
  for await (const name of handle.keys()) names.push(name);
  return `${handle.name}/ ${names.sort().join(' ')}`;
}

const drop = document.querySelector('#drop');
drop.addEventListener('dragover', (event) => event.preventDefault());
drop.addEventListener('drop', async (event) => {
  event.preventDefault();
  const handles = [...event.dataTransfer.items].map((item) => item.getAsFileSystemHandle());
  output.value = (await Promise.all((await Promise.all(handles)).map(describeHandle))).join(', ');
});

output.value = await draw();
