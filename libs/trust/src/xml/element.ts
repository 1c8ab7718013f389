import { XmlElement, XmlText } from 'libxml2-wasm';

/** An element copied out of the parser: elements inside elements, or a text. */
export interface Element {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
  readonly node: XmlElement;
}

/** The document is not what the profile wants; said in plain words. Never leaves this library. */
export class OutsideProfile extends Error {
  override readonly name = 'OutsideProfile';
}

const MAX_ELEMENTS = 200;

/** Copies a small subtree. @throws OutsideProfile on a comment, a CDATA section, text beside elements or a prefixed attribute. */
export function copyElement(node: XmlElement, budget = { left: MAX_ELEMENTS }): Element {
  if (--budget.left < 0) throw new OutsideProfile(`more than ${MAX_ELEMENTS} elements`);
  const children: Element[] = [];
  let text = '';
  for (let child = node.firstChild; child; child = child.next) {
    if (child instanceof XmlElement) children.push(copyElement(child, budget));
    else if (child instanceof XmlText) text += child.content;
    else throw new OutsideProfile(`something else than elements and text in ${node.name}`);
  }
  if (children.length > 0 && text.trim() !== '') throw new OutsideProfile(`text beside elements in ${node.name}`);
  const attributes: Record<string, string> = {};
  for (const attribute of node.attrs) {
    if (attribute.namespaceUri !== '') throw new OutsideProfile(`attribute ${attribute.name} of another namespace`);
    attributes[attribute.name] = attribute.value;
  }
  return { namespace: node.namespaceUri, name: node.name, attributes, children, text: text.trim(), node };
}

/** The children of an element, which must be these, each once, in this order; `?` marks one that may be absent. */
export function childrenOf(element: Element, namespace: string, names: readonly string[]): (Element | undefined)[] {
  const left = [...element.children];
  const found = names.map((wanted) => {
    const optional = wanted.endsWith('?');
    const name = optional ? wanted.slice(0, -1) : wanted;
    if (left[0]?.name === name && left[0].namespace === namespace) return left.shift();
    if (optional) return undefined;
    throw new OutsideProfile(`${element.name} without ${name} in its place`);
  });
  if (left.length > 0) throw new OutsideProfile(`${left[0]!.name} in ${element.name}`);
  return found;
}

/** The same when none may be absent. */
export const sequenceOf = (element: Element, namespace: string, names: readonly string[]): Element[] =>
  childrenOf(element, namespace, names) as Element[];

/** The attributes of an element, which must be among these. */
export function attributesOf(element: Element, allowed: readonly string[]): Readonly<Record<string, string>> {
  const other = Object.keys(element.attributes).find((name) => !allowed.includes(name));
  if (other !== undefined) throw new OutsideProfile(`attribute ${other} of ${element.name}`);
  return element.attributes;
}

/** Text of an element that has no children. */
export function leafText(element: Element): string {
  if (element.children.length > 0) throw new OutsideProfile(`elements in ${element.name}`);
  return element.text;
}
