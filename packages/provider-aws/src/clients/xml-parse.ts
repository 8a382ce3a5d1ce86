/** An element of a service's XML answer. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: readonly XmlElement[];
  /** Text directly in it, entities resolved. */
  readonly text: string;
}

const DEPTH_MAX = 100;
const NAMED: { readonly [name: string]: string } = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

interface Open {
  readonly name: string;
  readonly attributes: { [name: string]: string };
  readonly children: XmlElement[];
  text: string;
}

/**
 * The root element of a document as AWS's services send it: elements, attributes, text, CDATA, comments, the five named entities
 * and character references (XML 1.0). A document type declaration is refused, so nothing can be expanded. Throws SyntaxError.
 */
export function parseXml(xml: string): XmlElement {
  const stack: Open[] = [{ name: "", attributes: {}, children: [], text: "" }];
  const top = (): Open => stack[stack.length - 1] as Open;
  let at = 0;
  for (;;) {
    const begin = xml.indexOf("<", at);
    const text = xml.slice(at, begin < 0 ? xml.length : begin);
    if (text !== "") top().text += resolved(text);
    if (begin < 0) break;
    at = markup(xml, begin, stack);
    if (stack.length === 0) throw new SyntaxError("an element ends that did not begin");
  }
  const [root] = top().children;
  if (stack.length !== 1 || root === undefined || top().children.length > 1 || top().text.trim() !== "")
    throw new SyntaxError("no single whole element");
  return root;
}

/** Takes in what begins at `<` and answers where it ends. */
function markup(xml: string, begin: number, stack: Open[]): number {
  if (xml.startsWith("<!--", begin)) return after(xml, "-->", begin);
  if (xml.startsWith("<?", begin)) return after(xml, "?>", begin);
  const open = stack[stack.length - 1] as Open;
  if (xml.startsWith("<![CDATA[", begin)) {
    const end = after(xml, "]]>", begin);
    open.text += xml.slice(begin + 9, end - 3);
    return end;
  }
  if (xml.startsWith("<!", begin)) throw new SyntaxError("a declaration where none may be");
  const end = tagEnd(xml, begin);
  if (xml.charCodeAt(begin + 1) === 47) {
    const name = xml.slice(begin + 2, end - 1).trimEnd();
    if (open.name !== name || stack.length === 1)
      throw new SyntaxError(`</${name.slice(0, 40)}> ends <${open.name.slice(0, 40)}>`);
    stack.pop();
    stack[stack.length - 1]?.children.push(open);
    return end;
  }
  const isEmpty = xml.charCodeAt(end - 2) === 47;
  const element = startTag(xml.slice(begin + 1, end - (isEmpty ? 2 : 1)));
  if (isEmpty) open.children.push(element);
  else if (stack.push(element) > DEPTH_MAX) throw new SyntaxError(`more than ${DEPTH_MAX} elements in each other`);
  return end;
}

function after(xml: string, mark: string, from: number): number {
  const at = xml.indexOf(mark, from);
  if (at < 0) throw new SyntaxError(`no ${mark}`);
  return at + mark.length;
}

/** Behind the `>` that ends the tag, not one in an attribute's value. */
function tagEnd(xml: string, begin: number): number {
  let end = after(xml, ">", begin);
  for (let quote = openQuote(xml.slice(begin, end)); quote !== undefined; quote = openQuote(xml.slice(begin, end))) {
    end = after(xml, ">", after(xml, quote, end) - 1);
  }
  return end;
}

function openQuote(tag: string): string | undefined {
  let open: string | undefined;
  for (const c of tag.match(/["']/g) ?? []) open = open === undefined ? c : open === c ? undefined : open;
  return open;
}

function startTag(tag: string): Open {
  const name = tag.match(/^[^\s/<>"'=&]+/)?.[0];
  if (name === undefined) throw new SyntaxError("a tag without a name");
  const attributes: { [name: string]: string } = {};
  if (tag.length > name.length) {
    for (const [, key = "", , a, b] of tag.slice(name.length).matchAll(/([^\s=]+)\s*=\s*("([^"]*)"|'([^']*)')/g))
      attributes[key] = resolved(a ?? b ?? "");
  }
  return { name, attributes, children: [], text: "" };
}

function resolved(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(#x[\da-fA-F]{1,6}|#\d{1,7}|\w{1,6});/g, (whole, entity: string) => {
    if (!entity.startsWith("#")) return NAMED[entity] ?? whole;
    const code = Number(entity.startsWith("#x") ? `0x${entity.slice(2)}` : entity.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
