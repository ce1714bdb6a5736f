/** How far down a method's list is to be believed. */

/**
 * The number of a method's best picks that are believed: down to the rank at which others stop agreeing with it more often than with
 * the rest, where chance and common noise alone make them agree. It is the change point of highest likelihood between two rates
 * (Hinkley 1970), the first one higher; where two rates do not explain the list better than one by the logarithm of its length
 * (Schwarz 1978), all of it is believed, as of lists that somebody has cut already.
 * @param agrees whether enough others agree with each pick, best first.
 */
export function believedPicks(agrees: readonly boolean[]): number {
  const count = agrees.length;
  const total = agrees.filter(Boolean).length;
  const one = logLikelihood(total, count);
  let [believed, highest, agreed] = [count, one + Math.log(count), 0];
  for (let first = 1; first < count; first++) {
    if (agrees[first - 1]) agreed++;
    if (agreed * (count - first) <= (total - agreed) * first) continue;
    const two = logLikelihood(agreed, first) + logLikelihood(total - agreed, count - first);
    if (two <= highest) continue;
    [believed, highest] = [first, two];
  }
  return believed;
}

/** Of so many successes among so many tries, at their own rate. */
function logLikelihood(successes: number, tries: number): number {
  const term = (n: number): number => (n > 0 ? n * Math.log(n / tries) : 0);
  return term(successes) + term(tries - successes);
}
