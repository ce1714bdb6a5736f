/**
 * A real WebGPU device in Node, for tests. Which driver it runs on is the Vitest project's choice (see
 * `vitest.config.ts`); the tests are the same for all.
 *
 * Every test runs inside error scopes. An error in one of them, an error outside, a device lost unexpectedly, or a
 * buffer that a test made and did not destroy fails the test. Without an adapter the tests are skipped with the reason printed, or fail where REQUIRE_GPU=1.
 */

import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from 'vitest';
import { create, globals } from 'webgpu';
import machine from './machine.json' with { type: 'json' };
import { noGpu } from './reporter.ts';

Object.assign(globalThis, globals);

export interface DeviceOptions {
  /** Features to ask for; those that the adapter lacks are left out. Default: what Cryolite makes use of. */
  readonly features?: readonly GPUFeatureName[];
  /** Limits to ask for. Default: the adapter's own for everything in `RAISED_LIMITS`. */
  readonly limits?: Readonly<Record<string, number>>;
  /** `null` is Dawn's backend that validates and compiles WGSL but computes nothing; it is there on any machine. */
  readonly backend?: 'null';
  /** Set by a test that takes the device away on purpose. */
  readonly expectLoss?: boolean;
}

/** A device with its adapter, good inside the tests of one `describeGpu`. */
export interface GpuFixture {
  readonly device: GPUDevice;
  readonly adapter: GPUAdapter;
}

/** What the product asks for where it is there. */
export const usedFeatures: readonly GPUFeatureName[] = ['subgroups', 'shader-f16', 'timestamp-query'];
/** As `openGpu` asks for and no more: a kernel that needs a limit the product leaves alone has to fail here too. */
const RAISED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
] as const satisfies readonly (keyof GPUSupportedLimits)[];
const SCOPES: readonly GPUErrorFilter[] = ['validation', 'out-of-memory', 'internal'];

/** The name of the project's driver: "swiftshader", "lavapipe", or "native" for the machine's own. */
const wanted = process.env.CRYOLITE_ADAPTER ?? 'native';
const required = process.env.REQUIRE_GPU === '1';
const drivers: Readonly<Record<string, { readonly named: string; readonly hint: string }>> = machine.drivers;

// Dawn lives as long as its GPU objects are referenced, and adapters do not keep them: hold on to them here.
const instances = new Map<string, GPU>();

function instance(backend: 'null' | undefined): GPU {
  const key = backend ?? 'default';
  const made = instances.get(key) ?? create(backend === undefined ? [] : [`backend=${backend}`]);
  instances.set(key, made);
  return made;
}

/** The adapter of this project, or the reason why there is none, in a sentence. */
export async function findAdapter(backend?: 'null'): Promise<GPUAdapter | string> {
  const adapter = await instance(backend).requestAdapter();
  if (backend === 'null' && adapter !== null) return adapter;
  const driver = drivers[wanted];
  if (adapter === null) return `Dawn finds no ${wanted} adapter${driver ? `; it ${driver.hint}` : ''}.`;
  const { description, device, vendor } = adapter.info;
  const name = `${vendor} ${device} ${description}`;
  if (driver !== undefined && !name.toLowerCase().includes(driver.named)) {
    return `The adapter should be ${wanted} but is ${name.trim()}: unset VK_ICD_FILENAMES and VK_DRIVER_FILES.`;
  }
  return adapter;
}

/** "SwiftShader driver 5.0.0 (google swiftshader)", for the log. */
export function adapterName({ info }: GPUAdapter): string {
  return `${info.description || info.device || 'unnamed'} (${info.vendor} ${info.architecture})`;
}

/** Every buffer that is made on a device until it is destroyed: counted here, whatever the code under test counts. */
function watchBuffers(device: GPUDevice): Set<GPUBuffer> {
  const alive = new Set<GPUBuffer>();
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      alive.delete(buffer);
      destroy();
    };
    alive.add(buffer);
    return buffer;
  };
  return alive;
}

/** A device in guarded hands: whatever goes wrong on it is kept until someone asks. */
class GuardedDevice implements GpuFixture {
  #loss: string | undefined;
  #stray: string[] = [];
  readonly #alive: Set<GPUBuffer>;
  /** Those that were there when the test began. */
  #before: ReadonlySet<GPUBuffer> = new Set();
  #ending = false;

  constructor(
    readonly adapter: GPUAdapter,
    readonly device: GPUDevice,
  ) {
    this.#alive = watchBuffers(device);
    device.addEventListener('uncapturederror', (event) => {
      this.#stray.push(event.error.message);
    });
    void device.lost.then((info) => {
      if (!this.#ending) this.#loss = `${info.reason}: ${info.message}`;
    });
  }

  static async create(options: DeviceOptions): Promise<GuardedDevice> {
    const adapter = await findAdapter(options.backend);
    if (typeof adapter === 'string') throw new Error(adapter);
    const features = options.features ?? usedFeatures;
    const limits =
      options.limits ?? Object.fromEntries(RAISED_LIMITS.map((key) => [key, adapter.limits[key]]));
    const device = await adapter.requestDevice({
      requiredFeatures: features.filter((feature) => adapter.features.has(feature)),
      requiredLimits: limits,
    });
    return new GuardedDevice(adapter, device);
  }

  open(): void {
    this.#before = new Set(this.#alive);
    for (const scope of SCOPES) this.device.pushErrorScope(scope);
  }

  /** Closes the scopes after all queued work and throws if anything went wrong since `open`. */
  async close(expectLoss = false): Promise<void> {
    const found: string[] = [];
    if (this.#loss === undefined) {
      await this.device.queue.onSubmittedWorkDone().catch((error: unknown) => found.push(String(error)));
    }
    for (const scope of [...SCOPES].reverse()) {
      const error = await this.device.popErrorScope().catch((failure: unknown) => failure);
      if (error instanceof Error)
        found.push(`The test popped an error scope it had not pushed: ${error.message}`);
      else if (isGpuError(error)) found.push(`${scope} error: ${error.message}`);
    }
    for (const message of this.#stray.splice(0)) found.push(`uncaptured error: ${message}`);
    if (!expectLoss && this.#loss !== undefined) found.push(`device lost (${this.#loss})`);
    for (const buffer of this.#alive) {
      if (this.#before.has(buffer) || expectLoss) continue;
      found.push(`a buffer is left behind: ${buffer.label || 'without a name'}, ${buffer.size} bytes`);
    }
    if (found.length > 0) throw new Error(`The GPU reported:\n${found.join('\n')}`);
  }

  /** Ends the device, so that Dawn lets the process exit. */
  async destroy(): Promise<void> {
    this.#ending = true;
    this.device.destroy();
    await this.device.lost;
  }
}

function isGpuError(value: unknown): value is GPUError {
  return typeof value === 'object' && value !== null && 'message' in value;
}

/** Runs `work` with a device of its own in error scopes; the device ends with it. */
export async function withDevice<T>(
  work: (fixture: GpuFixture) => Promise<T> | T,
  options: DeviceOptions = {},
): Promise<T> {
  const guarded = await GuardedDevice.create(options);
  try {
    guarded.open();
    const result = await work(guarded);
    await guarded.close(options.expectLoss);
    return result;
  } finally {
    await guarded.destroy();
  }
}

/** The message of the `filter` error that `work` provokes on purpose, or undefined where there is none. */
export async function gpuErrorOf(
  device: GPUDevice,
  filter: GPUErrorFilter,
  work: () => Promise<void> | void,
): Promise<string | undefined> {
  device.pushErrorScope(filter);
  try {
    await work();
  } catch (error) {
    await device.popErrorScope();
    throw error;
  }
  return (await device.popErrorScope())?.message;
}

// Asked once a process, while the test files are collected: whether to skip has to be known by then.
const found = await findAdapter();

/**
 * SwiftShader compiles a network's kernels for half a minute, and again for each new device. What needs that and is no matter of the
 * adapter is left to the other GPUs: there with CRYOLITE_FULL=1 alone, for `test.skipIf`.
 */
export const sparesSwiftShader =
  process.env.CRYOLITE_ADAPTER === 'swiftshader' && process.env.CRYOLITE_FULL !== '1';

/** Whether the tests' adapter has a feature, known while they are being declared: for `test.skipIf`. */
export function adapterHas(feature: GPUFeatureName): boolean {
  return typeof found !== 'string' && found.features.has(feature);
}

/**
 * `describe` with a device: one for all its tests, made before the caller's own `beforeAll` and ended after the
 * last test. `gpu.device` may be read in hooks and tests, not while the tests are being declared.
 */
export function describeGpu(
  name: string,
  declare: (gpu: GpuFixture) => void,
  options: Omit<DeviceOptions, 'expectLoss'> = {},
): void {
  let guarded: GuardedDevice | undefined;
  const gpu: GpuFixture = {
    get device() {
      return ready().device;
    },
    get adapter() {
      return ready().adapter;
    },
  };
  const ready = (): GuardedDevice => {
    if (guarded === undefined) throw new Error('Read gpu.device inside a test or a hook, not before it.');
    return guarded;
  };

  if (typeof found === 'string' && options.backend === undefined) {
    if (required) {
      test(`${name} needs a GPU`, () => {
        throw new Error(`REQUIRE_GPU=1, but there is none. ${found}`);
      });
    } else {
      console.warn(`${noGpu}, skipping "${name}". ${found}`);
      describe.skip(`${name} (${noGpu})`, () => declare(gpu));
    }
    return;
  }

  describe(name, () => {
    beforeAll(async () => {
      guarded = await GuardedDevice.create(options);
    });
    beforeEach(() => ready().open());
    afterEach(() => ready().close());
    afterAll(() => guarded?.destroy());
    declare(gpu);
  });
}
