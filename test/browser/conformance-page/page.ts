/** Sends chosen files to a worker and keeps its answers where the test finds them. */
import type { Found } from '../../support/conformanceFinding.ts';

declare global {
  interface Window {
    found?: readonly Found[];
  }
}

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }: MessageEvent<readonly Found[]>) => {
  window.found = data;
};
document.querySelector('input')?.addEventListener('change', ({ currentTarget }) => {
  if (currentTarget instanceof HTMLInputElement) worker.postMessage([...(currentTarget.files ?? [])]);
});
