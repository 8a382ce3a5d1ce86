import type { ValueObject } from "@dovetail/model";
import type { NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { requiredText, textAt } from "../attribute-map.ts";
import { noImport } from "../import-id.ts";
import { isPoolId } from "./pool-id.ts";

const MISSING = ["ResourceNotFoundException", "UserNotFoundException"];
const PAGES_MAX = 1000;

/** aws_cognito_user_in_group. Behaviour: `internal/service/cognitoidp/user_in_group.go` (read 2026-11). */
export const resource: NativeResource = {
  type: "aws_cognito_user_in_group",
  noun: "Cognito User In Group",
  forceNew: ["group_name", "user_pool_id", "username"],
  validate: (config) => isPoolId("user_pool_id").run(config),
  async create(aws, planned, onCreated) {
    await aws.clients.cognito.adminAddUserToGroup(inputOf(planned));
    await onCreated(membership(planned));
  },
  async read(aws, state) {
    const { UserPoolId, Username, GroupName } = inputOf(state);
    let NextToken: string | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const token = NextToken === undefined ? {} : { NextToken };
      const answer = await unlessMissing(MISSING, () =>
        aws.clients.cognito.adminListGroupsForUser({ UserPoolId, Username, ...token }),
      );
      if (answer?.Groups?.some((group) => group.GroupName === GroupName) === true)
        return { ...membership(state), id: textAt(state, "id") ?? null };
      NextToken = answer?.NextToken;
      if (NextToken === undefined) break;
    }
    return null;
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.cognito.adminRemoveUserFromGroup(inputOf(state)));
  },
  importId: noImport("aws_cognito_user_in_group"),
  async find(_aws, planned) {
    return ["user_pool_id", "group_name", "username"].every((name) => textAt(planned, name) !== undefined)
      ? membership(planned)
      : null;
  },
};

function inputOf(state: ValueObject): { UserPoolId: string; Username: string; GroupName: string } {
  return {
    UserPoolId: requiredText(state, "user_pool_id"),
    Username: requiredText(state, "username"),
    GroupName: requiredText(state, "group_name"),
  };
}

function membership(state: ValueObject): ValueObject {
  const { UserPoolId, Username, GroupName } = inputOf(state);
  return { id: `${UserPoolId}/${GroupName}/${Username}`, user_pool_id: UserPoolId, username: Username, group_name: GroupName };
}
