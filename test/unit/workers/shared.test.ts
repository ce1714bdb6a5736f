import { expect, test } from 'vitest';
import { Shared } from '../../../src/workers/shared.ts';

const settle = () => new Promise((resolve) => setTimeout(resolve));

const setup = () => {
  const freed: string[] = [];
  let make: (value: string) => void = () => {};
  const value = new Promise<string>((resolve) => {
    make = resolve;
  });
  return { freed, make, shared: new Shared(value, (one) => freed.push(one)) };
};

test('is freed once, after it was dropped and the last user is done', async () => {
  const { freed, make, shared } = setup();
  make('plane');
  const ends: (() => void)[] = [];
  const uses = [0, 1].map(() => shared.use(() => new Promise<void>((resolve) => ends.push(resolve))));
  await settle();
  shared.drop();
  shared.drop();
  ends[0]?.();
  await settle();
  expect(freed).toEqual([]);
  ends[1]?.();
  await Promise.all(uses);
  await settle();
  expect(freed).toEqual(['plane']);
});

test('who waits for it while it is dropped still gets it alive', async () => {
  const { freed, make, shared } = setup();
  const use = shared.use(async (value) => {
    await settle();
    return [value, freed.length];
  });
  shared.drop();
  make('plane');
  expect(await use).toEqual(['plane', 0]);
  await settle();
  expect(freed).toEqual(['plane']);
});

test('lives on without users until it is dropped, and what a user throws is the user’s', async () => {
  const { freed, make, shared } = setup();
  make('plane');
  await expect(shared.use(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  await settle();
  expect(freed).toEqual([]);
  expect(await shared.use((value) => value)).toBe('plane');
  shared.drop();
  await settle();
  expect(freed).toEqual(['plane']);
});

test('a failure reaches the users and nobody else', async () => {
  const freed: string[] = [];
  const shared = new Shared(Promise.reject<string>(new Error('no')), (one) => freed.push(one));
  await expect(shared.use(() => 1)).rejects.toThrow('no');
  shared.drop();
  await settle();
  expect(freed).toEqual([]);
});
