/**
 * Real folders, in the browser's own file system: they give handles that last, and can be written, renamed and deleted, where the
 * dialogs of the system can't be driven.
 */
import type { Page } from 'playwright-core';

export class PrivateFolders {
  constructor(private readonly page: () => Page) {}

  /** Writes a file anew; its folder is made where there is none. */
  async write(folder: string, file: string, bytes: Uint8Array): Promise<void> {
    await this.page().evaluate(
      async ([inside, name, content]) => {
        const root = await navigator.storage.getDirectory();
        const handle = await root.getDirectoryHandle(inside, { create: true });
        const stream = await (await handle.getFileHandle(name, { create: true })).createWritable();
        await stream.write(Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0)));
        await stream.close();
      },
      [folder, file, Buffer.from(bytes).toString('base64')] as const,
    );
  }

  /** Moves a file to another folder, with its date, as a file manager does. */
  async move(from: string, file: string, to: string): Promise<void> {
    await this.page().evaluate(
      async ([old, name, wanted]) => {
        const root = await navigator.storage.getDirectory();
        const target = await root.getDirectoryHandle(wanted, { create: true });
        const handle = await (await root.getDirectoryHandle(old)).getFileHandle(name);
        // Known to the browser, not to the compiler's types.
        const move: unknown = Reflect.get(handle, 'move');
        if (typeof move !== 'function') throw new Error('This browser can’t move files.');
        await Reflect.apply(move, handle, [target, name]);
      },
      [from, file, to] as const,
    );
  }

  /** Takes a file away, or all of a folder. */
  async take(folder: string, file?: string): Promise<void> {
    await this.page().evaluate(
      async ([inside, gone]) => {
        const root = await navigator.storage.getDirectory();
        if (gone === undefined) await root.removeEntry(inside, { recursive: true });
        else await (await root.getDirectoryHandle(inside)).removeEntry(gone);
      },
      [folder, file] as const,
    );
  }

  /** The user will choose this folder in the dialog, until the page is left. */
  async choose(folder: string): Promise<void> {
    await this.page().evaluate((name) => {
      window.showDirectoryPicker = async () =>
        await (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true });
    }, folder);
  }

  /** The text of every file in a folder and below it, by its path. */
  async read(folder: string): Promise<ReadonlyMap<string, string>> {
    const files = await this.page().evaluate(async (name) => {
      const found: [string, string][] = [];
      const walk = async (handle: FileSystemDirectoryHandle, above: string): Promise<void> => {
        for await (const [entry, one] of handle.entries()) {
          if (one instanceof FileSystemDirectoryHandle) await walk(one, `${above}${entry}/`);
          else if (one instanceof FileSystemFileHandle)
            found.push([`${above}${entry}`, await (await one.getFile()).text()]);
        }
      };
      await walk(await (await navigator.storage.getDirectory()).getDirectoryHandle(name), '');
      return found;
    }, folder);
    return new Map(files);
  }
}
