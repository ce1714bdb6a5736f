/**
 * What a site that keeps its promises looks like, checked on the built files: `node scripts/checkSite.mjs [folder]`
 * for the site, or a single `.html` file. Prints what is wrong; exits with 1 where anything is.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What the policy must say, and what it must not. */
const REQUIRED = ['default-src', 'script-src', 'connect-src', 'object-src', 'base-uri', 'form-action'];
const FORBIDDEN = ["'unsafe-inline'", "'unsafe-eval'", "'wasm-unsafe-eval'", '*', 'http:', 'https:'];
/** Names of things, never fetched; a schema's or a namespace's. */
const NAMES = [
  /^https:\/\/bit\.ly\/wb-precache/,
  /^http:\/\/www\.w3\.org\//,
  /^https:\/\/git-lfs\.github\.com\/spec/,
];
/** Ways of telling somebody elsewhere. */
const TELLING = [
  /\bsendBeacon\b/,
  /\bnew WebSocket\b/,
  /\bnew EventSource\b/,
  /google-analytics|googletagmanager|sentry\.io|plausible\.io|posthog/,
];
/** A program that is made from text. Workbox asks for `self["workbox:…"]`, which is none. */
const EVAL = [
  /(?<![\w$.])eval\s*\(/,
  /\bnew Function\s*\(/,
  /(?<![\w$.])Function\s*\(\s*["'`]/,
  /set(?:Timeout|Interval)\s*\(\s*["'`]/,
];

/**
 * @param {string} place the site's folder, or one .html file
 * @returns {string[]} sentences, each about one thing that is wrong
 */
export function checkSite(place) {
  const isFile = statSync(place).isFile();
  const problems = isFile ? checkPage(readFileSync(place, 'utf8'), true) : checkFolder(place);
  return problems.map((problem) => `${relative('.', place)}: ${problem}`);
}

function checkFolder(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  const text = (name) => readFileSync(join(folder, name), 'utf8');
  const page = text('index.html');
  const problems = checkPage(page, false);
  for (const [, address] of page.matchAll(/(?:src|href)="([^"]*)"/g)) {
    if (!address.startsWith('./')) problems.push(`index.html asks for ${address}, which is not beside it.`);
    else if (!files.includes(address.slice(2)))
      problems.push(`index.html asks for ${address}, which is missing.`);
  }
  for (const name of files.filter((file) => file.endsWith('.js')))
    problems.push(...checkProgram(name, text(name)));
  problems.push(...checkManifest(files, text), ...checkWorker(files, text));
  return problems;
}

/** @param {boolean} isAlone nothing may be asked for, and the script is told by its hash */
function checkPage(page, isAlone) {
  const problems = [];
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page)?.[1];
  if (policy === undefined) return ['The page has no Content-Security-Policy.'];
  const rules = new Map(
    policy.split(';').map((rule) => {
      const [name, ...values] = rule.trim().split(/\s+/);
      return [name, values];
    }),
  );
  for (const name of REQUIRED) if (!rules.has(name)) problems.push(`The policy says nothing of ${name}.`);
  for (const [name, values] of rules) {
    for (const value of values)
      if (FORBIDDEN.includes(value)) problems.push(`The policy allows ${value} for ${name}.`);
  }
  const connections = (rules.get('connect-src') ?? []).join(' ');
  if (connections !== (isAlone ? "'none'" : "'self'"))
    problems.push(`The policy lets the page connect to ${connections}.`);
  for (const [, attributes, code] of page.matchAll(/<(?:script)\b([^>]*)>([\s\S]*?)<\/script>/g)) {
    const isData = /type="text\/markdown"/.test(attributes);
    if (isData || code === '') continue;
    const hash = `'sha256-${createHash('sha256').update(code).digest('base64')}'`;
    if (!(rules.get('script-src') ?? []).includes(hash))
      problems.push('A script stands in the page that the policy does not name.');
    problems.push(...checkProgram('the page', code));
  }
  const markup = page.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '');
  if (/\son\w+="/.test(markup)) problems.push('An element has a handler in its markup.');
  if (isAlone && /(?:src|href)="(?!data:)/.test(markup))
    problems.push('The single file asks for another file.');
  for (const [what, pattern] of [
    ['a language', /<html lang="\w+/],
    ['a title', /<title>[^<]+<\/title>/],
    ['a viewport', /<meta name="viewport"/],
    ['a description', /<meta name="description"/],
  ])
    if (!pattern.test(page)) problems.push(`The page lacks ${what}.`);
  return problems;
}

function checkProgram(name, code) {
  const problems = [];
  for (const pattern of EVAL) {
    const found = pattern.exec(code);
    if (found) problems.push(`${name} makes a program of a text: …${around(code, found.index)}…`);
  }
  for (const pattern of TELLING) {
    const found = pattern.exec(code);
    if (found) problems.push(`${name} may tell somebody: …${around(code, found.index)}…`);
  }
  for (const [address] of code.matchAll(/(?:https?|wss?):\/\/[\w.-]+\.[a-z]{2,}[^\s"'`\\)<>]*/g)) {
    if (!NAMES.some((known) => known.test(address))) problems.push(`${name} names ${address}.`);
  }
  return problems;
}

function checkManifest(files, text) {
  if (!files.includes('manifest.webmanifest')) return ['There is no manifest.'];
  const manifest = JSON.parse(text('manifest.webmanifest'));
  const problems = [];
  for (const field of [
    'name',
    'short_name',
    'start_url',
    'scope',
    'display',
    'theme_color',
    'background_color',
  ])
    if (typeof manifest[field] !== 'string') problems.push(`The manifest lacks ${field}.`);
  for (const field of ['start_url', 'scope'])
    if (manifest[field] !== './')
      problems.push(`The manifest's ${field} is ${manifest[field]}, so the site can't lie at any path.`);
  const icons = manifest.icons ?? [];
  const has = (size, purpose) =>
    icons.some(({ sizes, purpose: use = 'any' }) => sizes === `${size}x${size}` && use === purpose);
  for (const size of [192, 512])
    for (const purpose of ['any', 'maskable'])
      if (!has(size, purpose)) problems.push(`The manifest lacks an icon of ${size} px for "${purpose}".`);
  for (const { src } of icons)
    if (!files.includes(src.replace('./', ''))) problems.push(`The icon ${src} is missing.`);
  return problems;
}

/** All files of the site are kept, but the service worker itself. */
function checkWorker(files, text) {
  if (!files.includes('service-worker.js')) return ['There is no service worker.'];
  const kept = new Set([...text('service-worker.js').matchAll(/url:"([^"]+)"/g)].map(([, url]) => url));
  return files
    .filter((file) => file !== 'service-worker.js' && !file.endsWith('.map') && !kept.has(file))
    .map((file) => `The service worker does not keep ${file}.`);
}

function around(code, index) {
  return code.slice(Math.max(0, index - 40), index + 40).replaceAll('\n', ' ');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  const places = process.argv.slice(2);
  const problems = (places.length > 0 ? places : ['dist']).flatMap((place) => checkSite(place));
  for (const problem of problems) console.error(problem);
  console.log(
    problems.length === 0 ? 'The site is as it should be.' : `${problems.length} things are wrong.`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
