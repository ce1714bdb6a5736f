import type { Component } from 'solid-js';
import { expect, test } from 'vitest';
import { fetchWhenIdle, latePart } from '../../../src/ui/panels/latePart.tsx';

const nothing: Component = () => undefined;

test('a part is got once, however often it is wanted', async () => {
  let asked = 0;
  const part = latePart(async () => {
    asked++;
    return nothing;
  });
  await Promise.all([part.fetch(), part.fetch()]);
  await part.fetch();
  expect(asked).toBe(1);
});

test('a part that did not come is asked for again', async () => {
  let asked = 0;
  const part = latePart(async () => {
    asked++;
    if (asked === 1) throw new TypeError('The network is cut.');
    return nothing;
  });
  await expect(part.fetch()).rejects.toThrow('cut');
  await part.fetch();
  expect(asked).toBe(2);
});

test('while the page is idle all come one after another, and one that fails holds up none', async () => {
  const order: string[] = [];
  const part = (name: string, isThere = true) => ({
    fetch: async () => {
      order.push(name);
      if (!isThere) throw new TypeError('The network is cut.');
    },
  });
  const idle = async (): Promise<void> => void order.push('idle');
  await fetchWhenIdle([part('a'), part('b', false), part('c')], idle);
  expect(order).toEqual(['idle', 'a', 'idle', 'b', 'idle', 'c']);
});
