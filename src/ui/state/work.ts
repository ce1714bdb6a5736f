import type { ComputeClient } from '../../rpc/client.ts';
import type { Document } from './document.ts';
import type { Notices } from './notices.ts';
import type { Parameters } from './parameters.ts';
import type { PicksState } from './picks.ts';
import type { Tasks } from './tasks.ts';
import type { ViewState } from './view.ts';

/** What jobs and files of results work on. */
export interface WorkDependencies {
  readonly compute: ComputeClient;
  readonly document: Document;
  readonly parameters: Parameters;
  readonly picks: PicksState;
  readonly view: ViewState;
  readonly tasks: Tasks;
  readonly notices: Notices;
}
