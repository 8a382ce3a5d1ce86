import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt, textMapAt, textsAt } from "../attribute-map.ts";
import { each, lengthBetween, runChecks } from "../checks.ts";
import { changedTags, tagList, tagMap } from "../tags.ts";
import { IAM_MISSING } from "./paging.ts";

const SCHEME = "https://";

const CHECKS = [
  lengthBetween("client_id_list", 1, 255),
  lengthBetween("thumbprint_list", 40, 40),
  each("url", (value, key) => urlProblem(String(value), key)),
];

/** `aws_iam_openid_connect_provider`; id is the ARN. Behaviour: `internal/service/iam/openid_connect_provider.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_iam_openid_connect_provider",
  forceNew: ["url"],
  // What IAM keeps has no scheme.
  suppressDiff: (path, prior, config) =>
    path === "url" && typeof prior === "string" && typeof config === "string" && withScheme(prior) === withScheme(config),
  updatable: ["client_id_list"],
  tagged: true,
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    const tags = tagList(textMapAt(planned, "tags_all"));
    const { OpenIDConnectProviderArn = "" } = await aws.clients.iam.createOpenIDConnectProvider({
      Url: requiredText(planned, "url"),
      ClientIDList: textsAt(planned, "client_id_list"),
      ThumbprintList: textsAt(planned, "thumbprint_list"),
      ...(tags.length === 0 ? {} : { Tags: tags }),
    });
    await onCreated({ id: OpenIDConnectProviderArn, arn: OpenIDConnectProviderArn });
  },
  async read(aws, state) {
    const arn = requiredText(state, "id");
    const found = await unlessMissing(IAM_MISSING, () =>
      aws.clients.iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn }),
    );
    if (found === undefined) return null;
    return {
      id: arn,
      arn,
      client_id_list: found.ClientIDList ?? [],
      thumbprint_list: found.ThumbprintList ?? [],
      url: found.Url ?? "",
      tags_all: tagMap(found.Tags),
    };
  },
  async update(aws, prior, planned, changed) {
    const { iam } = aws.clients;
    const OpenIDConnectProviderArn = requiredText(prior, "id");
    if (changed("thumbprint_list") && textsAt(planned, "thumbprint_list").length > 0)
      await iam.updateOpenIDConnectProviderThumbprint({
        OpenIDConnectProviderArn,
        ThumbprintList: textsAt(planned, "thumbprint_list"),
      });
    const [before, after] = [textsAt(prior, "client_id_list"), textsAt(planned, "client_id_list")];
    for (const ClientID of after.filter((id) => !before.includes(id)))
      await iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID });
    for (const ClientID of before.filter((id) => !after.includes(id)))
      await iam.removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID });
    const { removed, added } = changedTags(prior, planned);
    if (removed.length > 0) await iam.untagOpenIDConnectProvider({ OpenIDConnectProviderArn, TagKeys: removed });
    if (Object.keys(added).length > 0) await iam.tagOpenIDConnectProvider({ OpenIDConnectProviderArn, Tags: tagList(added) });
  },
  async delete(aws, state) {
    const OpenIDConnectProviderArn = requiredText(state, "id");
    await unlessMissing(IAM_MISSING, () => aws.clients.iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn }));
  },
  async find(aws, planned) {
    const url = textAt(planned, "url");
    if (url === undefined) return null;
    const id = `arn:${aws.partition}:iam::${await aws.accountId()}:oidc-provider/${withScheme(url).slice(SCHEME.length)}`;
    return { id };
  },
};

function withScheme(url: string): string {
  return url.startsWith(SCHEME) ? url : `${SCHEME}${url}`;
}

function urlProblem(value: string, key: string): string | undefined {
  const name = JSON.stringify(key);
  if (value === "") return `expected ${name} url to not be empty, got `;
  const host = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i.exec(value)?.[1];
  if (host === undefined) return `expected ${name} to have a host, got ${value}`;
  if (!value.startsWith(SCHEME)) return `expected ${name} to have a url with schema of: "https", got ${value}`;
  return value.includes("?") ? `${name} cannot contain query parameters per the OIDC standard` : undefined;
}
