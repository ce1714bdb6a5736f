import { FormatError } from '../core/errors.ts';

/** What is wrong with a network that has been read but can't be run. */
export function badNetwork(network: string, what: string): FormatError {
  return new FormatError('bad-weights', network, `is no network that Cryolite can run: ${what}.`);
}
