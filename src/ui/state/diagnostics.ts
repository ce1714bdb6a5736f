import { type Accessor, createSignal } from 'solid-js';
import { messageOf } from '../../core/errors.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { GpuMemory, GpuReport, NetworkProfile } from '../../rpc/contract.ts';
import type { Models } from './models.ts';
import type { Tasks } from './tasks.ts';

/** Sides of the picture that a network is timed on, px. */
export const profileSizes = [64, 128, 256, 512, 1024, 2048] as const;
export type ProfileSize = (typeof profileSizes)[number];

/** How the GPU does: its memory now, and a network kernel by kernel. */
export interface Diagnostics {
  readonly isOpen: Accessor<boolean>;
  setOpen(open: boolean): void;
  /** What the compute worker has on the GPU, as of the last look. */
  readonly memory: Accessor<GpuMemory | undefined>;
  /** Looks again. */
  refresh(): Promise<void>;
  /** The network to time: Cryolite's own picker, or a user's by its hash. */
  readonly network: Accessor<string | undefined>;
  setNetwork(hash: string | undefined): void;
  readonly size: Accessor<ProfileSize>;
  setSize(size: ProfileSize): void;
  /** Of the last run. */
  readonly profile: Accessor<NetworkProfile | undefined>;
  /** Why the last run has failed. */
  readonly problem: Accessor<string | undefined>;
  run(): Promise<void>;
  /** All of it as JSON, for a report. */
  report(): string;
}

export interface DiagnosticsDependencies {
  readonly compute: ComputeClient;
  readonly gpu: Accessor<GpuReport | undefined>;
  readonly models: Models;
  readonly tasks: Tasks;
}

export function createDiagnostics(dependencies: DiagnosticsDependencies): Diagnostics {
  const { compute, gpu, models, tasks } = dependencies;
  const [isOpen, setIsOpen] = createSignal(false);
  const [memory, setMemory] = createSignal<GpuMemory>();
  const [network, setNetwork] = createSignal<string>();
  const [chosenSize, setChosenSize] = createSignal<ProfileSize>();
  const [profile, setProfile] = createSignal<NetworkProfile>();
  const [problem, setProblem] = createSignal<string>();
  /** One that was removed is none. */
  const known = (): string | undefined => models.find(network())?.hash;
  const adapter = (): string => gpu()?.description ?? '';
  const size = (): ProfileSize =>
    chosenSize() ?? usualSize(adapter(), models.find(network())?.flopsPerPixel ?? 0);

  return {
    isOpen,
    setOpen: (open) => {
      setIsOpen(open);
      // Nobody would see it end.
      if (!open) tasks.cancel('profile');
    },
    memory,
    refresh: async () => {
      setMemory(await compute.gpuMemory().catch(() => undefined));
    },
    network: known,
    setNetwork,
    size,
    setSize: setChosenSize,
    profile,
    problem,
    run: async () => {
      const model = known();
      const note = models.find(model);
      setProblem(undefined);
      try {
        const result = await tasks.runOrThrow('profile', 'Timing the network', async (options) => {
          if (note) await models.ready(note, options);
          return await compute.profile({ model, size: size(), runs: isSoftware(adapter()) ? 1 : 3 }, options);
        });
        if (result) setProfile(result);
      } catch (error) {
        // Here and not as a notice: those lie under the panel.
        setProblem(messageOf(error));
      }
    },
    report: () =>
      JSON.stringify(
        {
          program: 'Cryolite',
          version: __CRYOLITE_VERSION__,
          browser: navigator.userAgent,
          gpu: gpu(),
          memory: memory(),
          profile: profile(),
        },
        undefined,
        2,
      ),
  };
}

/** Adapters that run on the CPU would take minutes where a GPU takes a blink. */
export function isSoftware(adapter: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|basic render|software/i.test(adapter);
}

/** Floating-point operations that a GPU of software does in some seconds. */
const softwareFlops = 3e9;

/** A side that is done in seconds. @param flopsPerPixel 0 where it is not known. */
export function usualSize(adapter: string, flopsPerPixel: number): ProfileSize {
  if (!isSoftware(adapter)) return 1024;
  return flopsPerPixel * 128 ** 2 > softwareFlops ? 64 : 128;
}
