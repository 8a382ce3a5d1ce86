/** Functions of `@pulumi/aws` that are written by hand there, with no counterpart in the provider. */
export const AWS_FUNCTIONS: {
  readonly [path: string]: { readonly call: (...args: never[]) => unknown; readonly typing: string };
} = {
  "iam.assumeRolePolicyForPrincipal": {
    call: (principal: unknown) => ({
      Version: "2012-10-17",
      Statement: [{ Sid: "AllowAssumeRole", Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }],
    }),
    typing: `export type PolicyNames = pulumi.Input<string> | pulumi.Input<pulumi.Input<string>[]>;
export type Principal = "*" | { AWS?: PolicyNames; Service?: PolicyNames; Federated?: PolicyNames; CanonicalUser?: PolicyNames };
export interface PolicyStatement {
  Sid?: pulumi.Input<string>;
  Effect: "Allow" | "Deny";
  Principal?: Principal;
  NotPrincipal?: Principal;
  Action?: PolicyNames;
  NotAction?: PolicyNames;
  Resource?: PolicyNames;
  NotResource?: PolicyNames;
  Condition?: pulumi.Input<{ [operator: string]: pulumi.Input<{ [key: string]: any }> }>;
}
export interface PolicyDocument {
  Version: "2008-10-17" | "2012-10-17";
  Id?: pulumi.Input<string>;
  Statement: pulumi.Input<pulumi.Input<PolicyStatement>[]>;
}
export function assumeRolePolicyForPrincipal(principal: Principal): PolicyDocument;`,
  },
};
