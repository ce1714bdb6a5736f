import type { GpuContext } from '../gpu/context.ts';
import type { TemplateMicrograph } from '../pipelines/template/micrograph.ts';
import { Shared } from './shared.ts';

/**
 * A picture made ready for templates of one diameter, kept while particles are being picked on it. It goes with its
 * picture, and is made again for another diameter, another picture, or after a lost device.
 */
export class ImageTemplate {
  private open:
    | { readonly context: GpuContext; readonly key: string; readonly micrograph: Shared<TemplateMicrograph> }
    | undefined;

  /**
   * @param key names the picture and all else that `make` depends on.
   */
  async use<R>(
    context: GpuContext,
    key: string,
    make: () => Promise<TemplateMicrograph>,
    work: (micrograph: TemplateMicrograph) => Promise<R>,
  ): Promise<R> {
    context.check();
    if (this.open?.context === context && this.open.key === key) return await this.open.micrograph.use(work);
    this.drop();
    const making = make();
    const made = { context, key, micrograph: new Shared(making, (micrograph) => micrograph.destroy()) };
    this.open = made;
    making.catch(() => {
      if (this.open === made) this.open = undefined;
    });
    return await made.micrograph.use(work);
  }

  /** Gives the memory back as soon as nobody uses it. */
  drop(): void {
    this.open?.micrograph.drop();
    this.open = undefined;
  }
}
