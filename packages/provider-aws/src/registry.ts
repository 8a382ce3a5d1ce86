import type { NativeDataSource, NativeResource } from "./resource.ts";

/** A module of `services/`, loaded when its type is first used. */
export type ResourceModule = () => Promise<{ readonly resource: NativeResource }>;
export type DataSourceModule = () => Promise<{ readonly dataSource: NativeDataSource }>;

/** Native resource types. One row a line, in order of the type's name. */
export const RESOURCES: { readonly [type: string]: ResourceModule } = {
  aws_sesv2_email_identity: () => import("./services/sesv2/email-identity.resource.ts"),
  aws_ssm_parameter: () => import("./services/ssm/parameter.resource.ts"),
};

/** Native data sources. One row a line, in order of the type's name. */
export const DATA_SOURCES: { readonly [type: string]: DataSourceModule } = {
  aws_caller_identity: () => import("./services/meta/caller-identity.data.ts"),
};
