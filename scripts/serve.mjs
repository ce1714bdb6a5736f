/** A static file server for the built page, on this machine only. The page needs no server-side logic. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.safetensors': 'application/octet-stream',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/**
 * Serves `folder` on the loopback address under `prefix` ("/" or "/some/path/").
 * @param {{ folder: string, port?: number, prefix?: string }} options `port` taken: the next free one; 0: any.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve({ folder, port = 0, prefix = '/' }) {
  const server = createServer((request, response) => {
    answer(folder, prefix, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await listen(server, port);
  const { port: bound } = server.address();
  return {
    url: `http://127.0.0.1:${bound}${prefix}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** Binds `port`, or the first free one of the twenty after it, or any. */
async function listen(server, port) {
  const tries = port === 0 ? [0] : [...Array.from({ length: 20 }, (_, index) => port + index), 0];
  for (const candidate of tries) {
    const error = await new Promise((done) => {
      server.once('error', done);
      server.listen(candidate, '127.0.0.1', () => {
        server.off('error', done);
        done(undefined);
      });
    });
    if (error === undefined) return;
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
  }
}

async function answer(folder, prefix, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405);
  const path = pathOf(request.url);
  if (path === undefined || !path.startsWith(prefix)) return end(response, 404);

  const inside = normalize(path.slice(prefix.length - 1));
  let file = join(folder, inside.endsWith(sep) ? join(inside, 'index.html') : inside);
  let found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) {
    file = join(file, 'index.html');
    found = await stat(file).catch(() => undefined);
  }
  if (!found?.isFile()) return end(response, 404);

  response.writeHead(200, {
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Length': found.size,
    // A rebuild has to show at the next reload.
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  });
  if (request.method === 'HEAD') return response.end();
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
}

/** The decoded path of a request, or undefined where it is no path or tries to climb out of the folder. */
function pathOf(url) {
  try {
    // Not `new URL`: it would resolve "..", and an encoded one has to be seen after decoding anyway.
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0]);
    return path.includes('\0') || path.split(/[/\\]/).includes('..') ? undefined : path;
  } catch {
    return undefined;
  }
}

function end(response, status) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${status}\n`);
}
