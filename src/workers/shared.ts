/**
 * Something that many callers use at once and its owner may let go of at any time: it is freed when it has been let go
 * and the last user is done, never under a user's hands.
 */
export class Shared<T> {
  private users = 0;
  private dropped = false;

  /** @param free is called once, if `value` was ever made. */
  constructor(
    private readonly value: Promise<T>,
    private readonly free: (value: T) => void,
  ) {
    // Users hear of a failure; without any it is nobody's business.
    value.catch(() => {});
  }

  /** Waits for the value and keeps it alive until `work` is done. */
  async use<R>(work: (value: T) => R | Promise<R>): Promise<R> {
    this.users++;
    try {
      return await work(await this.value);
    } finally {
      this.users--;
      this.settle();
    }
  }

  /** The owner lets go; who is using the value goes on. */
  drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    this.settle();
  }

  private settle(): void {
    if (this.dropped && this.users === 0) this.value.then(this.free, () => {});
  }
}
