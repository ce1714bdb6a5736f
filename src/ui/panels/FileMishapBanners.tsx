import { type JSX, Show } from 'solid-js';
import {
  type FileSource,
  hasFilePickers,
  pickFiles,
  pickFolder,
  sourceOfFolder,
} from '../../platform/browser/files.ts';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';

/** Files that are gone, and a file that is not what it was: what is the matter, and what can be done. */
export function FileMishapBanners(): JSX.Element {
  const { fileMishaps } = useApp();
  const names = (): string => {
    const [first, ...rest] = fileMishaps.lost();
    return rest.length === 0 ? `${first?.name}` : `${first?.name} and ${rest.length} more`;
  };
  const folder = async (): Promise<FileSource | undefined> => {
    const handle = await pickFolder();
    return handle && (await sourceOfFolder(handle));
  };
  const isOne = (): boolean => fileMishaps.lost().length === 1;
  return (
    <>
      <Show when={fileMishaps.lost().length > 0}>
        <div class="banner keeping-banner" role="status" data-testid="lost-files">
          <p>
            <strong>{names()} can’t be read: moved, renamed or deleted, or not allowed any more.</strong>{' '}
            {isOne()
              ? 'Its picks are kept. Drop it here from where it is now, or show the place.'
              : 'Their picks are kept. Drop their folder here from where it is now, or show the place.'}
          </p>
          <div class="row">
            <Show when={hasFilePickers()}>
              <Button
                label="Find folder…"
                icon="folder"
                variant="primary"
                hint="Files are known again by their names and sizes, also in sub-folders"
                testid="find-folder"
                onClick={() => void fileMishaps.relink(folder())}
              />
              <Button
                label="Find file…"
                icon="file"
                testid="find-file"
                onClick={() => void fileMishaps.relink(pickFiles())}
              />
            </Show>
            <Button
              label="Ask again"
              variant="quiet"
              hint="Ask the browser once more to let us read where they were"
              testid="ask-again"
              onClick={() => void fileMishaps.askAgain()}
            />
            <Button
              label="Do without"
              variant="quiet"
              hint="They are not looked for again; their picks stay in the session, should the files come back"
              testid="let-go"
              onClick={() => void fileMishaps.letGo()}
            />
          </div>
        </div>
      </Show>
      <Show when={fileMishaps.changed()}>
        {(changed) => (
          <div class="banner keeping-banner" role="status" data-testid="changed-file">
            <p>
              <strong>{changed().name} is not the file that this session saw.</strong> {changed().picks}{' '}
              {changed().picks === 1 ? 'pick was' : 'picks were'} made on the file as it was, and kept apart.
            </p>
            <div class="row">
              <Button
                label="Use them here"
                variant="primary"
                hint="Lay the old picks on the file as it is now; undo takes them away"
                testid="take-old-picks"
                onClick={() => fileMishaps.takeOldPicks()}
              />
              <Button
                label="Leave them"
                variant="quiet"
                testid="leave-old-picks"
                onClick={() => fileMishaps.leaveOldPicks()}
              />
            </div>
          </div>
        )}
      </Show>
    </>
  );
}
