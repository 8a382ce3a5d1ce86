import { type Occasion, requestContext } from "./events.ts";

/** Selection expressions, parameter mappings and the plain substitutions of mapping templates. Pure. */

function parsed(occasion: Occasion): unknown {
  if (occasion.body === undefined || occasion.body.isBase64) return undefined;
  try {
    return JSON.parse(occasion.body.text);
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : typeof value === "object" ? JSON.stringify(value) : String(value);

/** `a.b.c` in a value; undefined when it isn't there. */
function at(value: unknown, path: string): unknown {
  let here = value;
  for (const name of path.split(".").filter((part) => part !== "")) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return here;
}

function headerOf(occasion: Occasion, name: string): string | undefined {
  const raw = occasion.rawHeaders ?? [];
  for (let i = 0; i + 1 < raw.length; i += 2) if (raw[i]?.toLowerCase() === name.toLowerCase()) return raw[i + 1];
  return undefined;
}

/** The value of `request.body.x`, `route.request.querystring.x`, `context.x`, `stageVariables.x`. */
export function expressionValue(occasion: Occasion, expression: string): string | undefined {
  const match = /^(?:route\.)?(request\.body|request\.header|request\.querystring|context|stageVariables)(?:\.(.+))?$/.exec(
    expression,
  );
  const [, kind = "", name = ""] = match ?? [];
  switch (kind) {
    case "request.body":
      return name === "" ? occasion.body?.text : textOf(at(parsed(occasion), name));
    case "request.header":
      return headerOf(occasion, name);
    case "request.querystring":
      return new URLSearchParams(occasion.rawQuery ?? "").get(name) ?? undefined;
    case "context":
      return textOf(at(requestContext(occasion), name));
    case "stageVariables":
      return occasion.stage.StageVariables?.[name];
    default:
      return undefined;
  }
}

/** `$request.body.action`, `${request.body.a}/${request.body.b}`, or a constant -> the route key it chooses; undefined: nothing was found. */
export function selectRoute(expression: string, occasion: Occasion): string | undefined {
  if (/^\$[a-z]/i.test(expression)) return expressionValue(occasion, expression.slice(1));
  let isFound = true;
  const text = expression.replace(/\$\{([^}]+)\}/g, (_all, inner: string) => {
    const value = expressionValue(occasion, inner);
    isFound &&= value !== undefined;
    return value ?? "";
  });
  return isFound ? text : undefined;
}

/** Parameter mapping: a constant in quotes, or an expression. */
export function mapped(occasion: Occasion, expression: string): string | undefined {
  const constant = /^'(.*)'$/.exec(expression);
  return constant === null ? expressionValue(occasion, expression) : constant[1];
}

/** Directives of the template language, which is not evaluated beyond its references. */
const DIRECTIVE = /#(set|if|elseif|else|end|foreach|macro|parse|include|stop|break)\b/;
export const isPlainTemplate = (template: string): boolean => !DIRECTIVE.test(template);

/** `input` is the request's body for request templates, the integration's answer for response templates. */
export function fillTemplate(template: string, occasion: Occasion, input: string): string {
  const json = (): unknown => {
    try {
      return JSON.parse(input);
    } catch {
      return undefined;
    }
  };
  return template
    .replace(
      /\$\{?input\.json\(\s*['"]\$\.?([^'"]*)['"]\s*\)\}?/g,
      (_all, path: string) => JSON.stringify(at(json(), path)) ?? "",
    )
    .replace(/\$\{?input\.path\(\s*['"]\$\.?([^'"]*)['"]\s*\)\}?/g, (_all, path: string) => textOf(at(json(), path)) ?? "")
    .replace(/\$\{?input\.body\}?/g, () => input)
    .replace(
      /\$\{?(context|stageVariables)\.([A-Za-z0-9_.]+)\}?/g,
      (_all, kind: string, name: string) => expressionValue(occasion, `${kind}.${name}`) ?? "",
    );
}
