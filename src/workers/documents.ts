import { CryoliteError } from '../core/errors.ts';
import { residentCount } from '../tiles/resident.ts';
import type { OpenDocument } from './openedFile.ts';
import type { OpenImage } from './openImage.ts';

/** What the page has open, by its handles; only the pictures looked at last keep their planes on the GPU. */
export class Documents {
  private readonly open = new Map<number, OpenDocument>();
  private recent: OpenImage[] = [];
  private nextId = 1;

  /** @param budgetBytes of planes on the GPU together. */
  constructor(private readonly budgetBytes?: number) {}

  add(document: OpenDocument): number {
    const id = this.nextId++;
    this.open.set(id, document);
    this.use(document.image);
    return id;
  }

  /** @throws CryoliteError 'closed'. */
  find(id: number): OpenDocument {
    const document = this.open.get(id);
    if (!document) throw new CryoliteError('closed', 'This micrograph is not open any more; open it again.');
    return document;
  }

  /** What is done late to an image that had to make room meanwhile must not keep it in memory. */
  async using<T>(id: number, work: (image: OpenImage, document: OpenDocument) => Promise<T>): Promise<T> {
    const document = this.find(id);
    const { image } = document;
    this.use(image);
    try {
      return await work(image, document);
    } finally {
      if (!this.recent.includes(image)) image.release();
    }
  }

  close(id: number): void {
    const image = this.open.get(id)?.image;
    this.open.delete(id);
    this.recent = this.recent.filter((other) => other !== image);
    image?.close();
  }

  private use(image: OpenImage): void {
    if (this.recent[0] === image) return;
    this.recent = [image, ...this.recent.filter((other) => other !== image)];
    const stays = residentCount(
      this.recent.map(({ micrograph: { width, height }, planeCount }) => ({
        width,
        height,
        planes: planeCount,
      })),
      this.budgetBytes,
    );
    for (const old of this.recent.splice(stays)) old.release();
  }
}
