import { isObject, type Value } from "@dovetail/model";
import type { NativeDataSource } from "../../resource.ts";
import { textAt, textsAt } from "../attribute-map.ts";
import { failedRead } from "../not-found.ts";

const PUBLISHED = "https://ip-ranges.amazonaws.com/ip-ranges.json";
const ANSWER_MS_MAX = 30_000;
const LOOPBACK = /^https?:\/\/(127\.|localhost[:/]|\[::1\])/;

/** `aws_ip_ranges`: AWS publishes them on the internet, where nothing goes while the target is the embedded cloud. Behaviour: `internal/service/meta/ip_ranges_data_source.go` (read 2026-11). */
export const dataSource: NativeDataSource = {
  type: "aws_ip_ranges",
  async read(aws, config) {
    const url = textAt(config, "url") ?? PUBLISHED;
    if (aws.isLocal && !LOOPBACK.test(url))
      throw failedRead(
        `reading IP ranges: they are published at ${url}, and with the embedded cloud as target nothing leaves this machine; name a copy of your own in "url", or choose the target aws`,
      );
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    if (!answer.ok) throw failedRead(`downloading IP ranges from (${url}): HTTP status ${answer.status}`);
    const published = (await answer.json()) as Value;
    const document = isObject(published) ? published : {};
    const [regions, services] = [textsAt(config, "regions"), textsAt(config, "services")].map(lowerCase);
    const matching = (name: string, member: string) => {
      const found = (Array.isArray(document[name]) ? document[name] : []).filter(isObject).filter((row) => {
        const [region = "", service = ""] = lowerCase([textAt(row, "region") ?? "", textAt(row, "service") ?? ""]);
        return (regions?.length === 0 || regions?.includes(region) === true) && services?.includes(service) === true;
      });
      return found.map((row) => textAt(row, member) ?? "").sort();
    };
    const token = Number(document.syncToken);
    const cidrs = { cidr_blocks: matching("prefixes", "ip_prefix"), ipv6_cidr_blocks: matching("ipv6_prefixes", "ipv6_prefix") };
    if (cidrs.cidr_blocks.length + cidrs.ipv6_cidr_blocks.length === 0) throw failedRead("no IP ranges result from filters");
    return { id: String(document.syncToken), create_date: textAt(document, "createDate") ?? "", sync_token: token, ...cidrs };
  },
};

function lowerCase(texts: readonly string[]): string[] {
  return texts.map((text) => text.toLowerCase());
}
