import { DiagnosticError, errorDiagnostic, type ValueObject } from "@dovetail/model";
import type { AwsContext, NativeResource } from "../../resource.ts";
import { unlessMissing } from "../api-error.ts";
import { numberAt, requiredText, textAt } from "../attribute-map.ts";
import { isArn, lengthBetween, runChecks } from "../checks.ts";
import { isPoolId } from "./pool-id.ts";

const MISSING = ["ResourceNotFoundException"];
const CHECKS = [isPoolId("user_pool_id"), lengthBetween("description", 0, 2048), isArn("role_arn")];

/** aws_cognito_user_group. Its id is `pool/name`. */
export const resource: NativeResource = {
  type: "aws_cognito_user_group",
  noun: "Cognito User Group",
  forceNew: ["name", "user_pool_id"],
  validate: (config) => runChecks(CHECKS, config),
  async create(aws, planned, onCreated) {
    await aws.clients.cognito.createGroup({ ...keyOf(planned), ...settings(planned) });
    await onCreated({ id: `${requiredText(planned, "user_pool_id")}/${requiredText(planned, "name")}` });
  },
  async read(aws, state) {
    const group = await findGroup(aws, state);
    if (group === undefined) return null;
    return {
      ...state,
      id: requiredText(state, "id"),
      description: group.Description ?? "",
      name: requiredText(state, "name"),
      precedence: group.Precedence ?? 0,
      role_arn: group.RoleArn ?? "",
      user_pool_id: requiredText(state, "user_pool_id"),
    };
  },
  async update(aws, prior, planned, changed) {
    const input = { ...keyOf(prior), ...settings(planned) };
    if (changed("description")) input.Description ??= "";
    await aws.clients.cognito.updateGroup(input);
  },
  async delete(aws, state) {
    await unlessMissing(MISSING, () => aws.clients.cognito.deleteGroup(keyOf(state)));
  },
  importId(id) {
    const [pool = "", ...rest] = id.split("/");
    const name = rest.join("/");
    if (pool === "" || name === "") {
      const detail = `unexpected format for ID (${id}), expected UserPoolID/GroupName`;
      throw new DiagnosticError(errorDiagnostic("DVT4006", "Import failed", { detail }));
    }
    return { id, user_pool_id: pool, name };
  },
  async find(aws, planned) {
    if ((await findGroup(aws, planned)) === undefined) return null;
    return { id: `${requiredText(planned, "user_pool_id")}/${requiredText(planned, "name")}` };
  },
};

function keyOf(state: ValueObject): { UserPoolId: string; GroupName: string } {
  return { UserPoolId: requiredText(state, "user_pool_id"), GroupName: requiredText(state, "name") };
}

async function findGroup(aws: AwsContext, state: ValueObject) {
  return (await unlessMissing(MISSING, () => aws.clients.cognito.getGroup(keyOf(state))))?.Group;
}

function settings(planned: ValueObject): { Description?: string; Precedence?: number; RoleArn?: string } {
  const description = textAt(planned, "description");
  const precedence = numberAt(planned, "precedence");
  const role = textAt(planned, "role_arn");
  return {
    ...(description ? { Description: description } : {}),
    ...(precedence === undefined ? {} : { Precedence: precedence }),
    ...(role ? { RoleArn: role } : {}),
  };
}
