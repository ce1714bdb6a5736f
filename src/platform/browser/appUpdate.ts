/**
 * The service worker, which keeps the site's files so that the page works with the network cut. A new version waits
 * beside the old one until `apply`, since a page and its lazily loaded parts have to be of one version.
 */
import { isSingleFile } from './siteFile.ts';

export interface AppUpdate {
  /** Lets the new version take over and loads the page anew. Save first. */
  apply(): void;
}

export interface AppUpdateEvents {
  /** A new version is here and waits. */
  onWaiting(): void;
  /** Another tab has let the new version take over: what this one has not loaded yet may be gone. */
  onReplaced(): void;
}

const scriptName = 'service-worker.js';
/** A page that stays open for days asks the site this often for a newer version, ms. */
const checkInterval = 3_600_000;

/**
 * Registers the service worker, once the page has loaded. Does nothing where there is none: on a development server,
 * in the single file, and where the browser refuses (an insecure address, a private window).
 */
export async function keepForOffline(events: AppUpdateEvents): Promise<AppUpdate | undefined> {
  if (!import.meta.env.PROD || isSingleFile || !('serviceWorker' in navigator)) return undefined;
  const { serviceWorker } = navigator;
  await loaded();
  // The first one to take the page over is of the page's own version.
  let isControlled = serviceWorker.controller !== null;
  let isAsked = false;
  try {
    const registration = await serviceWorker.register(new URL(scriptName, document.baseURI));
    const tell = (): void => {
      if (registration.waiting && serviceWorker.controller) events.onWaiting();
    };
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', tell);
    });
    serviceWorker.addEventListener('controllerchange', () => {
      if (isAsked) location.reload();
      else if (isControlled) events.onReplaced();
      isControlled = true;
    });
    tell();
    setInterval(() => {
      if (document.visibilityState === 'visible') registration.update().catch(() => {});
    }, checkInterval);
    return {
      apply: () => {
        isAsked = true;
        // Another tab may have let it take over meanwhile.
        if (registration.waiting) registration.waiting.postMessage({ type: 'SKIP_WAITING' });
        else location.reload();
      },
    };
  } catch {
    // The page works as ever, but needs the network.
    return undefined;
  }
}

function loaded(): Promise<void> {
  if (document.readyState === 'complete') return Promise.resolve();
  return new Promise((done) => window.addEventListener('load', () => done(), { once: true }));
}
