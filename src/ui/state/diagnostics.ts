import { type Accessor, createSignal } from 'solid-js';
import { messageOf } from '../../core/errors.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { CacheUsage, GpuMemory, GpuReport, NetworkProfile, StageTime } from '../../rpc/contract.ts';
import { profileSummary } from '../panels/diagnosticsWords.ts';
import { reportText } from './diagnosticsReport.ts';
import type { Library } from './library.ts';
import type { Models } from './models.ts';
import type { Notices } from './notices.ts';
import type { Sessions } from './sessions.ts';
import type { BrowserStorage } from './storage.ts';
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
  /** How long each kind of work has taken, as of the last look. */
  readonly stages: Accessor<readonly StageTime[]>;
  readonly cache: Accessor<CacheUsage | undefined>;
  /** Throws the kept tiles away; they are made again from the files. */
  clearCache(): Promise<void>;
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
  /** Whether the names of files may stand in the report. */
  readonly withNames: Accessor<boolean>;
  setWithNames(on: boolean): void;
  /** All of it as plain text, for an issue. */
  report(): string;
}

export interface DiagnosticsDependencies {
  readonly compute: ComputeClient;
  readonly gpu: Accessor<GpuReport | undefined>;
  readonly library: Library;
  readonly models: Models;
  readonly notices: Notices;
  readonly sessions: Pick<Sessions, 'current' | 'list'>;
  readonly storage: BrowserStorage;
  readonly tasks: Tasks;
}

export function createDiagnostics(dependencies: DiagnosticsDependencies): Diagnostics {
  const { compute, gpu, library, models, notices, sessions, storage, tasks } = dependencies;
  const [isOpen, setIsOpen] = createSignal(false);
  const [memory, setMemory] = createSignal<GpuMemory>();
  const [stages, setStages] = createSignal<readonly StageTime[]>([]);
  const [cache, setCache] = createSignal<CacheUsage>();
  const [withNames, setWithNames] = createSignal(false);
  const [network, setNetwork] = createSignal<string>();
  const [chosenSize, setChosenSize] = createSignal<ProfileSize>();
  const [profile, setProfile] = createSignal<NetworkProfile>();
  const [problem, setProblem] = createSignal<string>();
  /** One that was removed is none. */
  const known = (): string | undefined => models.find(network())?.hash;
  const adapter = (): string => gpu()?.description ?? '';
  const size = (): ProfileSize =>
    chosenSize() ?? usualSize(adapter(), models.find(network())?.flopsPerPixel ?? 0);

  const refresh = async (): Promise<void> => {
    const [memoryNow, stagesNow, cacheNow] = await Promise.all([
      compute.gpuMemory().catch(() => undefined),
      compute.stageTimes().catch(() => []),
      compute.cacheUsage().catch(() => undefined),
      storage.refresh(),
    ]);
    setMemory(memoryNow);
    setStages(stagesNow);
    setCache(cacheNow);
  };

  /** What may tell what somebody works on. */
  const names = (): readonly string[] => [
    ...library.items.flatMap(({ name, folder }) => [name, folder, ...folder.split('/')]),
    ...[sessions.current(), ...(sessions.list() ?? [])].flatMap((session) => session?.name ?? []),
    ...models.all().map(({ name }) => name),
  ];

  return {
    isOpen,
    setOpen: (open) => {
      setIsOpen(open);
      // Nobody would see it end.
      if (!open) tasks.cancel('profile');
    },
    memory,
    stages,
    cache,
    clearCache: async () => {
      await compute.clearCache();
      await refresh();
    },
    refresh,
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
    withNames,
    setWithNames,
    report: () => {
      const timed = profile();
      return reportText(
        {
          version: __CRYOLITE_VERSION__,
          browser: navigator.userAgent,
          gpu: gpu(),
          memory: memory(),
          cache: cache(),
          storage: storage.state(),
          stages: stages(),
          profile: timed && profileSummary(timed),
          errors: notices.failures(),
          unread: library.items.flatMap(({ error }) => error ?? []),
        },
        withNames() ? undefined : names(),
      );
    },
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
