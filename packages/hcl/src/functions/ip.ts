import { numberOf, textOf } from "../values/contents.ts";
import { BOOL, listOf, NUMBER, STRING } from "../values/type.ts";
import { boolVal, listVal, stringVal, type Val } from "../values/value.ts";
import { integerOf } from "./argument-numbers.ts";
import { FunctionError, type LanguageFunction } from "./function.ts";
import {
  type Address,
  addressText,
  isInside,
  lastAddress,
  type Prefix,
  parseAddress,
  parsePrefix,
  prefixOf,
  prefixText,
} from "./ip-address.ts";
import { type FunctionTable, parameter } from "./parameters.ts";

function prefixArgument(argument: Val | undefined, position?: number): Prefix {
  const prefix = parsePrefix(textOf(argument));
  if (prefix === undefined)
    throw new FunctionError(`invalid CIDR expression: invalid CIDR address: ${textOf(argument)}`, position);
  return prefix;
}

function wholeNumber(argument: Val | undefined): bigint {
  const number = numberOf(argument);
  if (!number.isInteger) throw new FunctionError("value must be a whole number");
  return number.toBigInt();
}

/** The address with a number put into its bits up to a length, as go-cidr does it: of a result below zero, the size. */
function withNumber({ bits, value }: Address, number: bigint, length: number): Address {
  const joined = value | (number << BigInt(bits - length));
  const size = joined < 0n ? -joined : joined;
  if (size >= 1n << BigInt(bits)) throw new FunctionError("the number does not fit into the address");
  return { bits, value: size };
}

const cidrhost: LanguageFunction = {
  description: "The address of a host with a number inside a prefix; a negative number counts from the prefix's end.",
  parameters: [parameter("prefix", STRING), parameter("hostnum", NUMBER)],
  returns: STRING,
  isNeverNull: true,
  implementation([prefixGiven, hostGiven]) {
    const given = wholeNumber(hostGiven);
    const prefix = prefixArgument(prefixGiven);
    const most = (1n << BigInt(prefix.bits - prefix.length)) - 1n;
    const distance = given < 0n ? -given - 1n : BigInt.asIntN(64, given);
    const number = given < 0n ? most - distance : given;
    if (distance > most) throw new FunctionError(`prefix of ${prefix.length} does not accommodate a host numbered ${number}`);
    return stringVal(addressText(withNumber(prefix, number, prefix.bits)));
  },
};

const cidrnetmask: LanguageFunction = {
  description: "The netmask of an IPv4 prefix.",
  parameters: [parameter("prefix", STRING)],
  returns: STRING,
  isNeverNull: true,
  implementation([prefixGiven]) {
    const prefix = prefixArgument(prefixGiven);
    if (prefix.bits !== 32) throw new FunctionError(`IPv6 addresses cannot have a netmask: ${textOf(prefixGiven)}`);
    return stringVal(addressText(prefixOf({ bits: 32, value: (1n << 32n) - 1n }, prefix.length)));
  },
};

const cidrsubnet: LanguageFunction = {
  description: "The subnet with a number among those that are some bits longer than a prefix.",
  parameters: [parameter("prefix", STRING), parameter("newbits", NUMBER), parameter("netnum", NUMBER)],
  returns: STRING,
  isNeverNull: true,
  implementation([prefixGiven, bitsGiven, numberGiven]) {
    const newBits = integerOf(bitsGiven);
    const number = wholeNumber(numberGiven);
    const prefix = prefixArgument(prefixGiven);
    const length = prefix.length + newBits;
    if (length > prefix.bits) {
      throw new FunctionError(`insufficient address space to extend prefix of ${prefix.length} by ${newBits}`);
    }
    if (length < 0) throw new FunctionError(`cannot shorten prefix of ${prefix.length} by ${-newBits}`);
    const most = newBits < 0 || newBits > 63 ? 2n ** 64n - 1n : 2n ** BigInt(newBits) - 1n;
    if (BigInt.asUintN(64, number < 0n ? -number : number) > most) {
      throw new FunctionError(`prefix extension of ${newBits} does not accommodate a subnet numbered ${number}`);
    }
    return stringVal(prefixText({ ...withNumber(prefix, number, length), length }));
  },
};

const cidrsubnets: LanguageFunction = {
  description: "Subnets of a prefix one after the other, each some bits longer than it.",
  parameters: [parameter("prefix", STRING)],
  variadic: parameter("newbits", NUMBER),
  returns: listOf(STRING),
  isNeverNull: true,
  implementation([prefixGiven, ...bitsGiven]) {
    const prefix = prefixArgument(prefixGiven, 0);
    const subnets: string[] = [];
    let current: Prefix | undefined;
    for (const [i, given] of bitsGiven.entries()) {
      const length = subnetLength(prefix, integerOf(given, i + 1), i + 1);
      current = nextSubnet(prefix, current, length, i + 1);
      subnets.push(prefixText(current));
    }
    return listVal(STRING, subnets.map(stringVal));
  },
};

/** More would not be counted on a machine of 32 bits. */
const NEW_BITS_MAX = 32;

function subnetLength(prefix: Prefix, newBits: number, argument: number): number {
  if (newBits < 1) throw new FunctionError("must extend prefix by at least one bit", argument);
  if (newBits > NEW_BITS_MAX) throw new FunctionError(`may not extend prefix by more than ${NEW_BITS_MAX} bits`, argument);
  const length = prefix.length + newBits;
  if (length <= prefix.bits) return length;
  const protocol = prefix.bits === 32 ? "IPv4" : "IPv6";
  throw new FunctionError(`would extend prefix to ${length} bits, which is too long for an ${protocol} address`, argument);
}

/** The first subnet of a length that begins after the current one. */
function nextSubnet(prefix: Prefix, current: Prefix | undefined, length: number, argument: number): Prefix {
  if (current === undefined) return { ...prefix, length };
  const reached = prefixOf({ bits: prefix.bits, value: lastAddress(current) }, length);
  const next: Prefix = { bits: prefix.bits, length, value: lastAddress(reached) + 1n };
  if (isInside(prefix, next)) return next;
  const message = `not enough remaining address space for a subnet with a prefix of ${length} bits after ${prefixText(current)}`;
  throw new FunctionError(message, argument);
}

const cidrcontains: LanguageFunction = {
  description: "Whether an address or all of a prefix lies in another prefix.",
  parameters: [parameter("containing_prefix", STRING), parameter("contained_ip_or_prefix", STRING)],
  returns: BOOL,
  isNeverNull: true,
  implementation([prefixGiven, innerGiven]) {
    const outer = parsePrefix(textOf(prefixGiven));
    if (outer === undefined) throw new FunctionError(`invalid CIDR address: ${textOf(prefixGiven)}`);
    const text = textOf(innerGiven);
    const inner = parseAddress(text) ?? parsePrefix(text);
    if (inner === undefined) throw new FunctionError(`invalid IP address or prefix: ${text}`);
    if (inner.bits !== outer.bits) throw new FunctionError(`address family mismatch: ${textOf(prefixGiven)} vs. ${text}`);
    const last = "length" in inner ? { ...inner, value: lastAddress(inner as Prefix) } : inner;
    return boolVal(isInside(outer, inner) && isInside(outer, last));
  },
};

export const IP_FUNCTIONS: FunctionTable = { cidrhost, cidrnetmask, cidrsubnet, cidrsubnets };
/** Only OpenTofu has it. */
export const TOFU_IP_FUNCTIONS: FunctionTable = { cidrcontains };
