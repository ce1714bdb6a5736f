import type { VitePWAOptions } from 'vite-plugin-pwa';

/** Behind the window before the page has drawn anything: `--ground` of the dark theme. */
const ground = '#0e0f11';

/**
 * The page as an app that can be installed and that works with the network cut: its manifest, and a service worker
 * that keeps every file of one version together. All addresses are relative: the site may lie at any path.
 */
export const webApp: Partial<VitePWAOptions> = {
  // The page registers it itself (`platform/browser/appUpdate.ts`): an inline script is forbidden by the CSP.
  injectRegister: false,
  registerType: 'prompt',
  filename: 'service-worker.js',
  manifest: {
    name: 'Cryolite',
    short_name: 'Cryolite',
    description: 'See, denoise and pick cryo-EM micrographs on this machine’s own GPU.',
    lang: 'en',
    start_url: './',
    scope: './',
    display: 'standalone',
    background_color: ground,
    theme_color: ground,
    categories: ['science', 'productivity'],
    icons: [
      { src: './icon.svg', sizes: 'any', type: 'image/svg+xml' },
      ...[192, 512].flatMap((size) => [
        { src: `./icons/icon-${size}.png`, sizes: `${size}x${size}`, type: 'image/png' },
        {
          src: `./icons/maskable-${size}.png`,
          sizes: `${size}x${size}`,
          type: 'image/png',
          purpose: 'maskable',
        },
      ]),
    ],
  },
  // They are among the files already.
  includeManifestIcons: false,
  workbox: {
    globPatterns: ['**/*'],
    globIgnores: ['**/*.map', 'service-worker.js'],
    // The picker's weights are the largest file, and it may grow.
    maximumFileSizeToCacheInBytes: 32 << 20,
    // The name of a built file tells its contents: it needs no revision.
    dontCacheBustURLsMatching: /^assets\//,
    cleanupOutdatedCaches: true,
    // The first visit is kept, too: its worker and networks come from the cache when they are first wanted.
    clientsClaim: true,
    // The user says when.
    skipWaiting: false,
    inlineWorkboxRuntime: true,
    sourcemap: false,
    // What the server has no page for, the cache has none for either.
    navigateFallback: null,
    directoryIndex: 'index.html',
  },
};
