// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's templates look like JavaScript's
/** Expressions that only OpenTofu answers so, and its answers by its documentation and release notes (1.7 to 1.12, read 2026-11-21). */
export const OPENTOFU_CASES: { readonly [expression: string]: string } = {
  'base64gunzip(base64gzip("hello, wörld"))': '"hello, wörld" : string',
  'base64gunzip("H4sIAAAAAAAA/8pIzcnJV0AiAQAAAP//AQAA//+AiPnlEQAAAA==")': '"hello hello hello" : string',
  'base64gunzip("a")': 'Error in function call: Call to function "base64gunzip" failed: failed to decode base64 data "a".',
  'base64gunzip(sensitive("a"))':
    'Error in function call: Call to function "base64gunzip" failed: failed to decode base64 data (sensitive value).',
  'issensitive(base64gunzip(sensitive(base64gzip("x"))))': "true : bool",
  'cidrcontains("192.168.0.0/20", "192.168.2.1")': "true : bool",
  'cidrcontains("192.168.0.0/20", "192.168.16.0")': "false : bool",
  'cidrcontains("192.168.0.0/20", "192.168.8.0/22")': "true : bool",
  'cidrcontains("192.168.0.0/20", "192.168.0.0/19")': "false : bool",
  'cidrcontains("fe80::/48", "fe80::1")': "true : bool",
  'cidrcontains("fe80::/48", "fe81::/48")': "false : bool",
  'cidrcontains("10.0.0.0/8", "fe80::1")':
    'Error in function call: Call to function "cidrcontains" failed: address family mismatch: 10.0.0.0/8 vs. fe80::1.',
  'cidrcontains("10.0.0.0/8", "nope")':
    'Error in function call: Call to function "cidrcontains" failed: invalid IP address or prefix: nope.',
  'cidrcontains("nope", "10.0.0.1")':
    'Error in function call: Call to function "cidrcontains" failed: invalid CIDR address: nope.',
  'urldecode("Hello%20W%C3%B6rld%21+%2B")': '"Hello Wörld! +" : string',
  'urldecode(urlencode("a b&c=d/é?%"))': '"a b\\u0026c=d/é?%" : string',
  'urldecode("")': '"" : string',
  'urldecode("100%")': `Error in function call: Call to function "urldecode" failed: failed to decode URL '': invalid URL escape "%".`,
  'urldecode("%zz")': `Error in function call: Call to function "urldecode" failed: failed to decode URL '': invalid URL escape "%zz".`,
  'element(["a", "b", "c"], -1)': '"c" : string',
  'nonsensitive("x")': '"x" : string',
  'templatestring("hi $${name}", { name = "x" })': '"hi x" : string',
  'yamldecode("e:\\n  <<: [{a: 1}, {b: 2}]")': '{"e":{"a":1,"b":2}} : object({e=object({a=number,b=number})})',
  'textencodebase64("x", "nope")':
    'Invalid function argument: Invalid value for "encoding" parameter: "nope" is not a supported IANA encoding name or alias in this OpenTofu version.',
};
