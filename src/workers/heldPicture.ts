/** A value that is dear to make and large to keep: the last one, until nobody has asked for it for a while. */
export class HeldPicture<T> {
  private held: { readonly key: string; readonly value: Promise<T> } | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly idleMilliseconds: number) {}

  /** What is kept under the key, or what `make` gives; a failure is not kept. */
  async get(key: string, make: () => Promise<T>): Promise<T> {
    clearTimeout(this.timer);
    if (this.held?.key !== key) this.held = { key, value: make() };
    const { held } = this;
    try {
      return await held.value;
    } catch (error) {
      if (this.held === held) this.held = undefined;
      throw error;
    } finally {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.held = undefined;
      }, this.idleMilliseconds);
    }
  }
}
