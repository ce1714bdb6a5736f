import { CryoliteError, FormatError } from '../core/errors.ts';
import { costOf, type LayerCost } from '../nn/cost.ts';
import { receptiveField } from '../nn/field.ts';
import { fittingSize } from '../nn/fitting.ts';
import { checkDenoiser } from '../pipelines/models/denoise.ts';
import { type OpenedModel, openModel } from '../pipelines/models/open.ts';
import { pickerOf } from '../pipelines/picking/model.ts';
import type { ModelDescription, ModelUse } from '../rpc/contract.ts';

/** Networks of whole gigabytes would not fit a tab beside their weights on the GPU. */
const largestBytes = 2 ** 30;
/** Costs are told for a picture of about this side, px: small against no micrograph, so that edges hardly count. */
const costSide = 4096;

/** The networks that the page has opened, by the hash of their files. */
export class Models {
  private readonly held = new Map<string, OpenedModel>();
  private own: Promise<OpenedModel> | undefined;

  /** @param loadDenoiser fetches the denoiser that comes with the site. */
  constructor(private readonly loadDenoiser: () => Promise<Uint8Array<ArrayBuffer>>) {}

  /** Cryolite's own denoiser, fetched when it is first wanted. @throws CryoliteError 'no-model'; the next call tries again. */
  ownDenoiser(): Promise<OpenedModel> {
    const own = this.own ?? this.loadDenoiser().then((bytes) => openModel('Cryolite’s U-Net', bytes));
    this.own = own;
    own.catch(() => {
      this.own = undefined;
    });
    return own;
  }

  /** @throws FormatError 'bad-weights' for what is damaged, too large, or of no use here. */
  async open(file: File): Promise<ModelDescription> {
    if (file.size > largestBytes) {
      throw new FormatError('bad-weights', file.name, 'is larger than 1 GiB: no network that runs here is.');
    }
    const model = await openModel(file.name, new Uint8Array(await file.arrayBuffer()));
    const description = describeModel(model, file.size);
    this.held.set(model.hash, model);
    return description;
  }

  has(hash: string): boolean {
    return this.held.has(hash);
  }

  close(hash: string): void {
    this.held.delete(hash);
  }

  /** @throws CryoliteError 'closed'. */
  find(hash: string): OpenedModel {
    const model = this.held.get(hash);
    if (!model) throw new CryoliteError('closed', 'This network is not open any more; open its file again.');
    return model;
  }
}

/** @throws FormatError with the reason where it can neither pick nor denoise. */
function describeModel(model: OpenedModel, bytes: number): ModelDescription {
  const { hash, file: name, format, name: architecture, graph } = model;
  const image = fittingSize(graph, { width: costSide, height: costSide });
  const costs = costOf(graph, image);
  const total = (of: (cost: LayerCost) => number): number => costs.reduce((sum, cost) => sum + of(cost), 0);
  const { x, y } = receptiveField(graph);
  return {
    hash,
    name,
    bytes,
    format,
    architecture,
    uses: usesOf(model),
    parameters: total(({ parameters }) => parameters),
    flopsPerPixel: total(({ flops }) => flops) / (image.width * image.height),
    field: { width: x.to - x.from, height: y.to - y.from },
  };
}

function usesOf(model: OpenedModel): ModelUse[] {
  const checks: readonly (readonly [ModelUse, (model: OpenedModel) => unknown])[] = [
    ['pick', pickerOf],
    ['denoise', checkDenoiser],
  ];
  let problem: unknown;
  const uses = checks.flatMap(([use, check]) => {
    if (model.task !== 'either' && model.task !== use) return [];
    try {
      check(model);
      return [use];
    } catch (error) {
      problem ??= error;
      return [];
    }
  });
  if (uses.length === 0) throw problem;
  return uses;
}
