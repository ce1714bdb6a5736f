/**
 * Property tests draw the same examples in every run, so that a red test is red for everyone; FAST_CHECK_SEED tries
 * others.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 20261122) });
