import { XmlElement } from 'libxml2-wasm';
import { HL7_V3 } from '../vocabulary.js';

/** Longer than any value the header may hold; a longer one is read as absent. */
const MAX_VALUE = 1000;

/** An element of the header. Each is visited once: its element children are listed at the first question and kept. */
export class Node {
  readonly name: string;
  private listed: readonly Node[] | undefined;

  constructor(private readonly element: XmlElement) {
    this.name = element.name;
  }

  /** Children of a name, in the HL7 v3 namespace unless told otherwise. */
  all(name: string, namespace = HL7_V3): Node[] {
    return this.children.filter((node) => node.name === name && node.element.namespaceUri === namespace);
  }

  /** First element at the end of a path of names. */
  at(...path: readonly string[]): Node | undefined {
    return this.every(...path)[0];
  }

  /** Every element at the end of a path of names. */
  every(...path: readonly string[]): Node[] {
    return path.reduce<Node[]>((nodes, name) => nodes.flatMap((node) => node.all(name)), [this]);
  }

  /** Value of an attribute; undefined when absent, blank or absurdly long. */
  attribute(name: string): string | undefined {
    return usable(this.element.attr(name)?.value);
  }

  /** Text of an element that holds nothing else. */
  get text(): string | undefined {
    return this.children.length === 0 ? usable(this.element.content) : undefined;
  }

  private get children(): readonly Node[] {
    return (this.listed ??= listElements(this.element));
  }
}

function listElements(parent: XmlElement): Node[] {
  const nodes: Node[] = [];
  for (let child = parent.firstChild; child; child = child.next) {
    if (child instanceof XmlElement) nodes.push(new Node(child));
  }
  return nodes;
}

function usable(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed && trimmed.length <= MAX_VALUE ? trimmed : undefined;
}
