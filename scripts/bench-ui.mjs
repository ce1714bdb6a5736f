/**
 * `npm run bench:ui [-- options]`: the built page in Chromium, driven as a user drives it. One JSON object on the standard
 * output, all else on the error stream.
 *
 *   --only A,B        parts: pan, move, open, folder, grid, memory (default all)
 *   --size W,H        of the micrograph that is panned (default 11520,8184)
 *   --picks A,B       picks on it while it is panned (default 10000,50000)
 *   --moved N         picks that are chosen and moved together (default 50000)
 *   --files N         micrographs of the folder that is listed (default 5000)
 *   --thumbnails N    micrographs of the folder whose grid is shown (default 500)
 *   --micrographs N   that are opened one after the other before memory is read (default 100)
 *   --seconds N       of panning (default 5)
 *   --hardware        takes the machine's own GPU; without it, SwiftShader on the processor
 *   --no-build        takes dist/ and the installed packages as they are
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fail, root, setup, tool } from './setup.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'pan,move,open,folder,grid,memory' },
    size: { type: 'string', default: '11520,8184' },
    picks: { type: 'string', default: '10000,50000' },
    moved: { type: 'string', default: '50000' },
    files: { type: 'string', default: '5000' },
    thumbnails: { type: 'string', default: '500' },
    micrographs: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '5' },
    hardware: { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
  },
});
const numbers = (text) => text.split(',').map(Number);
const [width, height] = numbers(values.size);
const large = { width, height };
/** As many of them as a folder has are made in a minute. */
const small = { width: 1024, height: 1024 };
const parts = values.only.split(',');

if (!values['no-build']) {
  await setup();
  const build = await tool('vite', 'bin/vite.js', ['build', '--logLevel', 'warn'], { quiet: true });
  if (build.code !== 0) fail(`the build failed:\n${build.output}`);
}
// Not before `setup`, which installs what they import.
const { openPage } = await import('./ui/chromium.mjs');
const { linkFolder, writeFolder, writeMicrograph, writePicks } = await import('./ui/data.mjs');

const folder = mkdtempSync(join(tmpdir(), 'cryolite-bench-ui-'));
const note = (text) => console.error(`bench:ui: ${text}`);
const open = () =>
  openPage({
    folder: join(root, 'dist'),
    profile: mkdtempSync(join(tmpdir(), 'cryolite-bench-profile-')),
    software: !values.hardware,
  });
const secondsOf = async (work) => {
  const start = performance.now();
  await work();
  return Math.round(performance.now() - start) / 1000;
};
let about;
/** Runs a part in a browser of its own. */
async function inBrowser(part) {
  const browser = await open();
  try {
    // Of the page's GPU, or why there is none.
    await browser.at('diagnostics').waitFor();
    const adapter = await browser.page.evaluate(async () => {
      const { info } = (await navigator.gpu?.requestAdapter()) ?? {};
      return info && [info.vendor, info.architecture, info.description].filter(Boolean).join(' ');
    });
    about = { adapter: adapter ?? 'none', software: !values.hardware, browser: browser.version };
    return await part(browser);
  } finally {
    await browser.close();
  }
}

/** Drops a file of picks and waits until so many are shown. */
async function importPicks({ at, drop, until }, file, count) {
  await drop([file]);
  await until('the picks are there', async () => {
    if ((await at('import-accept').count()) > 0) await at('import-accept').click();
    const words = (await at('status').textContent()) ?? '';
    return words.includes(`${count} pick`);
  });
}

/** The large micrograph is dragged to and fro at 1:1 and at fit, with picks on it. */
async function pan(count) {
  return await inBrowser(async ({ page, at, drop, until, isDrawn, measure }) => {
    const micrograph = writeMicrograph(join(folder, 'large.mrc'), large);
    const picks = writePicks(join(folder, `large_${count}.star`), count, large);
    note(`panning ${width} × ${height} px with ${count} picks`);
    let openSeconds;
    const opening = await measure(async () => {
      const start = performance.now();
      await drop([micrograph]);
      await until('the large micrograph is drawn', isDrawn);
      openSeconds = Math.round(performance.now() - start) / 1000;
    });
    const importing = await measure(() => importPicks({ at, drop, until }, picks, count));
    const box = await at('viewer').boundingBox();
    if (!box) throw new Error('The viewer is not visible.');
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const dragging = (seconds) => async () => {
      const end = performance.now() + 1000 * seconds;
      await page.mouse.move(middle.x, middle.y);
      await page.mouse.down();
      for (let i = 0; performance.now() < end; i++) {
        const angle = i / 12;
        await page.mouse.move(middle.x + 220 * Math.cos(angle) - 220, middle.y + 160 * Math.sin(angle));
      }
      await page.mouse.up();
    };
    const seconds = Number(values.seconds);
    const whole = await measure(dragging(seconds));
    await page.keyboard.press('1');
    await until('the view is drawn', isDrawn);
    // What lies around is fetched once; then it is the drawing that is measured.
    const first = await measure(dragging(seconds));
    await until('the view is drawn', isDrawn);
    const again = await measure(dragging(seconds));
    return {
      picks: count,
      openSeconds,
      longTasks: { opening: opening.longTasks, importing: importing.longTasks },
      panning: { fitted: whole, oneToOneFirst: first, oneToOneAgain: again },
    };
  });
}

/** All picks are chosen, dragged, shifted by an arrow key, and put back. */
async function move(count) {
  return await inBrowser(async ({ page, at, drop, until, isDrawn, measure }) => {
    const size = { width: 4096, height: 4096 };
    const micrograph = writeMicrograph(join(folder, 'moved.mrc'), size);
    const picks = writePicks(join(folder, `moved_${count}.star`), count, size);
    note(`moving ${count} picks`);
    await drop([micrograph]);
    await until('the micrograph is drawn', isDrawn);
    await importPicks({ at, drop, until }, picks, count);
    const longTasks = {};
    /** Also what comes after the step itself: counts, plots, saving. */
    const step = async (name, work, isDone) => {
      const measured = await measure(async () => {
        await work();
        await until(name, isDone);
        await page.waitForTimeout(1500);
      });
      longTasks[name] = measured.longTasks;
    };
    const undo = async () => (await at('undo').getAttribute('title')) ?? '';
    const undoSays = (words) => async () => (await undo()).includes(words);
    const viewer = await at('viewer').boundingBox();
    if (!viewer) throw new Error('The viewer is not visible.');
    const middle = { x: viewer.x + viewer.width / 2, y: viewer.y + viewer.height / 2 };
    await page.keyboard.press('7');
    await step(
      'choosing all',
      () => page.keyboard.press('Control+a'),
      async () => ((await at('selection-count').textContent()) ?? '').includes(String(count)),
    );
    const drag = async () => {
      await page.mouse.move(middle.x, middle.y);
      await page.mouse.down();
      for (let i = 1; i <= 20; i++) await page.mouse.move(middle.x + 2 * i, middle.y + i);
      await page.mouse.up();
    };
    await step('dragging', drag, undoSays('move'));
    await step('taking it back', () => page.keyboard.press('Control+z'), undoSays('import'));
    await step('choosing again', () => page.keyboard.press('Control+a'), undoSays('import'));
    await at('viewer').locator('.surface').focus();
    const nudge = async () => {
      for (let i = 0; i < 10; i++) await page.keyboard.down('ArrowRight');
      await page.keyboard.up('ArrowRight');
    };
    await step('arrow held', nudge, undoSays('move'));
    return { picks: count, longTasks };
  });
}

/** A folder of thousands: from the drop until the list names all of them, and the first picture. */
async function listed(count) {
  return await inBrowser(async ({ at, drop, until, isDrawn, measure }) => {
    note(`a folder of ${count} files`);
    const thousands = linkFolder(join(folder, 'thousands'), count, { width: 256, height: 256 });
    let [list, picture] = [];
    const { longTasks } = await measure(async () => {
      const start = performance.now();
      const since = () => Math.round(performance.now() - start) / 1000;
      await drop([thousands]);
      await until('all are in the list', async () => {
        if ((await at('library-counts').count()) === 0) return false;
        return ((await at('library-counts').textContent()) ?? '').startsWith(`${count} `);
      });
      await at('micrograph-item').first().waitFor();
      list = since();
      await until('the first picture is drawn', isDrawn);
      picture = since();
    });
    return { files: count, listSeconds: list, firstPictureSeconds: picture, longTasks };
  });
}

/** From the drop, or a click in the list, to the whole picture. */
async function opened() {
  return await inBrowser(async ({ page, drop, until, isDrawn, measure }) => {
    const size = { width: 4096, height: 4096 };
    const files = [1, 2].map((seed) => writeMicrograph(join(folder, `open_${seed}.mrc`), { ...size, seed }));
    note('opening');
    let dropped;
    let clicked;
    const { longTasks } = await measure(async () => {
      dropped = await secondsOf(async () => {
        await drop(files);
        await until('the first is drawn', isDrawn);
      });
      clicked = await secondsOf(async () => {
        await page.getByText('open_2.mrc').first().click();
        await until(
          'the second is drawn',
          async () => (await page.title()).startsWith('open_2') && (await isDrawn()),
        );
      });
    });
    return { ...size, fromDropSeconds: dropped, fromClickSeconds: clicked, longTasks };
  });
}

/** A folder of many: until the first picture, until the grid's tiles in sight are there, until all are. */
async function grid(count) {
  return await inBrowser(async ({ page, at, drop, until, isDrawn, measure }) => {
    note(`a grid of ${count} thumbnails`);
    const many = writeFolder(join(folder, 'many'), count, small);
    let [picture, inSight, all] = [];
    const { longTasks, frameMilliseconds } = await measure(async () => {
      const start = performance.now();
      const since = () => Math.round(performance.now() - start) / 1000;
      await drop([many]);
      await until('the first picture is drawn', isDrawn);
      picture = since();
      await page.keyboard.press('Shift+G');
      const panel = at('micrograph-grid');
      await panel.getByTestId('grid-tile').first().waitFor();
      await until(
        'all tiles in sight have their pictures',
        async () => (await panel.locator('.thumbnail-room').count()) === 0,
      );
      inSight = since();
      await until('all thumbnails are made', async () => (await at('thumbnail-progress').count()) === 0);
      all = since();
    });
    return {
      ...{ thumbnails: count, ...small },
      ...{ firstPictureSeconds: picture, gridInSightSeconds: inSight, allThumbnailsSeconds: all },
      ...{ longTasks, frameMilliseconds },
    };
  });
}

/** Memory of the empty page, after the first micrographs and after many, each drawn before the next is opened. */
async function memory(count) {
  return await inBrowser(async ({ page, drop, until, isDrawn, measure, memory: read }) => {
    note(`memory after ${count} micrographs`);
    const hundred = writeFolder(join(folder, 'hundred'), count, { width: 2048, height: 2048 });
    const empty = await read();
    const open = async (i) => {
      await page.keyboard.press('n');
      const name = `micrograph_${String(i).padStart(4, '0')}`;
      await until(`${name} is drawn`, async () => (await page.title()).startsWith(name) && (await isDrawn()));
    };
    const early = Math.min(10, count);
    const first = await measure(async () => {
      await drop([hundred]);
      await until('the first is drawn', isDrawn);
      for (let i = 2; i <= early; i++) await open(i);
    });
    // Not while tasks are measured: the collection that this asks for is a long one itself.
    const after = await read();
    const rest = await measure(async () => {
      for (let i = early + 1; i <= count; i++) await open(i);
    });
    return {
      micrographs: count,
      width: 2048,
      height: 2048,
      emptyPage: empty,
      afterTen: after,
      afterAll: await read(),
      longTasks: { untilTen: first.longTasks, afterwards: rest.longTasks },
    };
  });
}

const report = {};
const before = loadavg()[0];
let code = 0;
const runs = {
  pan: async () => {
    const all = [];
    for (const count of numbers(values.picks)) all.push(await pan(count));
    return all;
  },
  move: () => move(Number(values.moved)),
  open: opened,
  folder: () => listed(Number(values.files)),
  grid: () => grid(Number(values.thumbnails)),
  memory: () => memory(Number(values.micrographs)),
};
try {
  for (const part of parts) {
    const run = runs[part];
    if (!run) fail(`there is no part "${part}": take ${Object.keys(runs).join(', ')}.`);
    try {
      report[part] = await run();
    } catch (error) {
      report[part] = { error: error.message };
      code = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const machine = {
  processor: cpus()[0]?.model,
  threads: cpus().length,
  loadBefore: before,
  loadAfter: loadavg()[0],
};
process.stdout.write(`${JSON.stringify({ ...about, machine, ...report }, undefined, 2)}\n`);
process.exitCode = code;
