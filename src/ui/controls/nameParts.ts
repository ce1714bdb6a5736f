/** "May08_05.53_avg.mrc" as "May08_", "05.53_", "avg.mrc": what belongs together stays in one line. */
export function nameParts(name: string): string[] {
  return name.match(/[^_\- ]*[_\- ]+|[^_\- ]+$/g) ?? [];
}
