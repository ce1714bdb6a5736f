/** Which values share a buffer, and where in it they lie. */
import type { Pair } from '../gpu/ops/window.ts';
import { isPlane, type Layout, layOut, packed, plainLayout } from './layout.ts';
import { readsOf, type Step } from './steps.ts';

/** Pixel (x, y) of a value is pixel (x, y) + shift of its group, and its numbers begin at `first` there. */
export interface Home {
  /** Values of one group share a buffer; it is named after the one that holds the others. */
  readonly group: string;
  readonly shift: Pair;
  readonly first: number;
  readonly layout: Layout;
}

export interface StoredSteps {
  /** With the copies that are needed. */
  readonly steps: readonly Step[];
  readonly homes: ReadonlyMap<string, Home>;
  /** Numbers stored for a pixel of each group. */
  readonly widths: ReadonlyMap<string, number>;
}

/**
 * Finds a home for every value. A concatenation owns a group, and what it joins is written straight into its channels;
 * a cropped value is another view of what it was. A value is copied into a concatenation where it can't be written
 * there: a plane, one that is joined elsewhere already, or one that a step would have to read from the buffer that it writes.
 * @param channels of the image.
 */
export function findHomes(steps: readonly Step[], channels: number): StoredSteps {
  const laidOut = layOut(steps, channels);
  // Nothing is copied at first but what must be; each clash that shows moves one value out of its concatenation.
  const copied = new Set<string>();
  for (;;) {
    const attempt = new Homes(laidOut.steps, laidOut.layouts, copied);
    const clash = attempt.clash();
    if (clash === undefined) return attempt.result();
    copied.add(clash);
  }
}

interface Parent {
  readonly value: string;
  readonly shift: Pair;
  readonly first: number;
  /** The place in a concatenation, "~join/0"; undefined for a cropped value in what it was cropped from. */
  readonly edge?: string;
}

/** An attempt, with given places of concatenations filled by copies. */
class Homes {
  private readonly parents = new Map<string, Parent>();
  private readonly layouts: Map<string, Layout>;
  private readonly steps: Step[] = [];

  constructor(
    steps: readonly Step[],
    layouts: ReadonlyMap<string, Layout>,
    private readonly copied: ReadonlySet<string>,
  ) {
    this.layouts = new Map(layouts);
    for (const step of steps) {
      if (step.op === 'crop') {
        const shift = { x: step.by.left, y: step.by.top };
        this.parents.set(step.name, { value: step.input, shift, first: 0 });
      }
      if (step.op === 'concat') this.steps.push({ ...step, inputs: this.joined(step.name, step.inputs) });
      else this.steps.push(step);
    }
  }

  result(): StoredSteps {
    const homes = new Map<string, Home>();
    const widths = new Map<string, number>();
    for (const [name, layout] of this.layouts) {
      const { value: group, shift, first } = this.rootOf(name);
      homes.set(name, { group, shift, first, layout });
      widths.set(group, this.layoutOf(group).width);
    }
    return { steps: this.steps, homes, widths };
  }

  /** A place in a concatenation that a copy has to fill, since some step would read the buffer that it writes. */
  clash(): string | undefined {
    for (const step of this.steps) {
      if (step.op === 'concat' || step.op === 'crop') continue;
      const group = this.rootOf(step.name).value;
      const read = readsOf(step).find((name) => this.rootOf(name).value === group);
      if (read === undefined) continue;
      // A copy has to lie where it does, so what it reads moves out; else the step's own value does.
      const edge = this.edgeOf(step.op === 'copy' ? read : step.name);
      if (edge === undefined) throw new Error(`${step.name} reads ${read} from the buffer that it writes.`);
      return edge;
    }
    return undefined;
  }

  /** Gives the inputs of a concatenation their places; the names of what lies there. */
  private joined(concat: string, inputs: readonly string[]): string[] {
    let first = 0;
    return inputs.map((input, index) => {
      const edge = `~${concat}/${index}`;
      const layout = this.layoutOf(input);
      const root = this.rootOf(input);
      const width = packed(layout).width;
      // The root of a value that lies in another concatenation already is that one, which is wider.
      const isFree = !isPlane(layout) && this.layoutOf(root.value).width === width && !this.copied.has(edge);
      let value = input;
      if (isFree) {
        this.parents.set(root.value, { value: concat, shift: opposite(root.shift), first, edge });
      } else {
        value = edge;
        this.layouts.set(edge, packed(layout));
        this.steps.push({ op: 'copy', name: edge, input });
        this.parents.set(edge, { value: concat, shift: { x: 0, y: 0 }, first, edge });
      }
      first += width;
      return value;
    });
  }

  private layoutOf(name: string): Layout {
    return this.layouts.get(name) ?? plainLayout(1);
  }

  private rootOf(name: string): Parent {
    const parent = this.parents.get(name);
    if (!parent) return { value: name, shift: { x: 0, y: 0 }, first: 0 };
    const root = this.rootOf(parent.value);
    const shift = { x: parent.shift.x + root.shift.x, y: parent.shift.y + root.shift.y };
    return { value: root.value, shift, first: parent.first + root.first };
  }

  /** The first concatenation in which a value lies. */
  private edgeOf(name: string): string | undefined {
    const parent = this.parents.get(name);
    return parent && (parent.edge ?? this.edgeOf(parent.value));
  }
}

const opposite = ({ x, y }: Pair): Pair => ({ x: -x, y: -y });
