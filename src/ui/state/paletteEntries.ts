import type { App } from './app.ts';
import { commands } from './commands.ts';
import { keysOf } from './keymaps.ts';
import type { PaletteEntry, PaletteScope } from './palette.ts';

/** A field of the page that can be gone to. */
export interface Setting {
  readonly label: string;
  focus(): void;
}

/** All that the palette offers now. @param settings the fields in sight. */
export function paletteEntries(
  app: App,
  scope: PaletteScope,
  settings: readonly Setting[],
): readonly PaletteEntry[] {
  if (scope === 'micrographs') return micrographs(app);
  if (scope === 'help') return pages(app);
  return [...fromCommands(app), ...settings.map(settingEntry), ...pages(app)];
}

function fromCommands(app: App): readonly PaletteEntry[] {
  return commands
    .filter(({ id }) => id !== 'page.palette')
    .map((command) => {
      const [keys] = keysOf(command, app.keymap.current());
      const isNow = command.when?.(app) ?? true;
      const blocked = isNow ? command.blocked?.(app) : 'Not at this moment';
      return {
        ...{ id: command.id, label: command.label, group: command.group },
        ...(keys === undefined ? {} : { keys }),
        ...(blocked === undefined ? {} : { blocked }),
        run: () => command.run(app),
      };
    });
}

function settingEntry({ label, focus }: Setting): PaletteEntry {
  return { id: `setting.${label}`, label, group: 'Setting', run: focus };
}

function pages(app: App): readonly PaletteEntry[] {
  return app.help.sections().map(({ page, id, title }) => ({
    id: `help.${page}${id === undefined ? '' : `#${id}`}`,
    label: title,
    group: 'Help',
    run: () => app.help.open(page, id),
  }));
}

function micrographs(app: App): readonly PaletteEntry[] {
  // The list is followed by its length: to follow each of thousands would hold up the palette.
  void app.library.items.length;
  return app.library.plain().map(({ key, name, folder, pickCount }) => ({
    id: `micrograph.${key}`,
    label: folder ? `${folder}/${name}` : name,
    group: pickCount ? `${pickCount} picks` : 'Micrograph',
    run: () => void app.document.select(key),
  }));
}
