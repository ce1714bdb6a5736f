/**
 * Tasks of the page's main thread, by the clock and by the processor time that the thread itself had. The Long Tasks API knows the clock
 * alone: where few cores play the GPU as well, a task of a few milliseconds that waits for a core counts as a long one.
 */
const category = 'disabled-by-default-devtools.timeline';
/** From so long on, a task is called long: W3C, Long Tasks API. */
const longMilliseconds = 50;

/** Begins to watch. @returns a function that ends it and tells what there was. */
export async function watchTasks(context) {
  const session = await context.browser().newBrowserCDPSession();
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value)
      if (event.name === 'RunTask' || event.name === 'thread_name') events.push(event);
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      recordMode: 'recordAsMuchAsPossible',
      includedCategories: [category],
      excludedCategories: ['*'],
    },
  });
  return async () => {
    const done = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
    await session.send('Tracing.end');
    const { dataLossOccurred } = await done;
    await session.detach();
    if (dataLossOccurred)
      throw new Error('The browser lost a part of what it recorded: measure for a shorter time.');
    return longTasks(events);
  };
}

function longTasks(events) {
  const thread = ({ pid, tid }) => `${pid}:${tid}`;
  const main = new Set(
    events.flatMap((event) => (event.args?.name === 'CrRendererMain' ? [thread(event)] : [])),
  );
  const tasks = events.filter((event) => event.dur !== undefined && main.has(thread(event)));
  if (tasks.length === 0) throw new Error('The browser recorded no task.');
  // The trace counts microseconds.
  const tell = (of) => {
    const long = tasks.filter((task) => of(task) > 1000 * longMilliseconds);
    const worst = tasks.reduce((most, task) => Math.max(most, of(task)), 0);
    return { count: long.length, worstMilliseconds: Math.round(worst / 1000) };
  };
  return { byTheClock: tell(({ dur }) => dur), ofProcessorTime: tell(({ tdur = 0 }) => tdur) };
}
