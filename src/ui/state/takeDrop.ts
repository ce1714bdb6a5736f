import { sourcesOfDrop } from '../../platform/browser/files.ts';
import type { App } from './app.ts';
import { sortDrop } from './drops.ts';
import { isMovie } from './reading.ts';
import type { Listing } from './sources.ts';

/** Opens what was dropped on the page, each file as what it is. */
export function takeDrop(app: App, event: DragEvent): void {
  // A part of the panel may have taken it as its own.
  const isTaken = event.defaultPrevented;
  event.preventDefault();
  const data = event.dataTransfer;
  if (isTaken || !data) return;
  const files = [...data.files];
  const named = (names: readonly string[]): File[] => {
    const wanted = new Set(names);
    return files.filter(({ name }) => wanted.has(name));
  };
  const sorted = sortDrop(
    files.map(({ name }) => name),
    isMovie(app.document.opened()),
  );
  const picks = named(sorted.picks);
  const [gain] = named(sorted.gains);
  const micrographs = new Set(sorted.micrographs);
  // The items are gone after the event: `open` calls it at once, and folders and handles are asked for in it.
  const sources: Listing | undefined =
    micrographs.size > 0
      ? (options) => sourcesOfDrop(data, (name) => micrographs.has(name), options)
      : undefined;
  const open = async (): Promise<void> => {
    if (sources) await app.sources.open(sources);
    if (sources && picks.length > 0) await app.imports.dropped(picks, sorted.micrographs);
    if (!sources && picks.length > 0) await app.imports.files(picks);
    if (gain) await app.gainChoice.open(gain);
  };
  const openModels = async (): Promise<void> => {
    for (const file of named(sorted.models)) await app.models.open(file);
  };
  void open();
  void openModels();
  const [session] = named(sorted.sessions);
  if (session) void app.sessions.importFile(session);
}
