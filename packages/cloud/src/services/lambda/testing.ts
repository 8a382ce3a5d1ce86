import { strToU8, zipSync } from "fflate";
import { type ServiceDefinition, ServiceError } from "../../core/service.ts";

/** For tests of services that need functions: archives from texts, and an IAM that knows one role. */

export const ROLE = "arn:aws:iam::000000000000:role/works";

export function zipOf(files: { readonly [name: string]: string }): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}

/** An archive whose `bootstrap` may be executed, for `provided` runtimes. */
export function programZip(bootstrap: string | Uint8Array): Uint8Array {
  const bytes = typeof bootstrap === "string" ? strToU8(bootstrap) : bootstrap;
  return zipSync({ bootstrap: [bytes, { os: 3, attrs: 0o100755 << 16 }] });
}

const trust = (service: string) =>
  encodeURIComponent(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    }),
  );

/** In IAM's place: role `works` trusts Lambda, role `other` trusts EC2, others don't exist. */
export const oneRole: ServiceDefinition = {
  name: "iam",
  operations: {
    GetRole: {
      readonly: true,
      handler: (_ctx, input: { RoleName: string }) => {
        const service = { works: "lambda.amazonaws.com", other: "ec2.amazonaws.com" }[input.RoleName];
        if (service === undefined) throw new ServiceError("NoSuchEntityException", 404, "The role cannot be found.");
        return {
          Role: {
            Arn: `arn:aws:iam::000000000000:role/${input.RoleName}`,
            RoleName: input.RoleName,
            AssumeRolePolicyDocument: trust(service),
          },
        };
      },
    },
  },
};
